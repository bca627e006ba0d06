// SPDX-License-Identifier: Apache-2.0
// Softmax and cross-entropy, row by row.
#pragma once

#include "reference/arithmetic.h"
#include "reference/array.h"
#include "reference/elementwise.h"

#include <fovea/kernels/softmax.h>

#include <limits>
#include <vector>

namespace fovea::reference {

// z - max z, element by element; NaN is not a maximum, and -0 counts as +0.
template <class T>
std::vector<T> shifted_row(const T* z, int64_t classes) {
  T top = -std::numeric_limits<T>::infinity();
  for (int64_t i = 0; i < classes; i++) top = z[i] > top ? z[i] : top;
  std::vector<T> d(static_cast<size_t>(classes));
  for (int64_t i = 0; i < classes; i++) d[static_cast<size_t>(i)] = z[i] - (top + T(0));
  return d;
}

template <class T>
std::vector<T> exponentials(std::vector<T> d) {
  for (T& v : d) v = exp(v);
  return d;
}

template <class T>
Array<T> softmax(const Array<T>& z) {
  Array<T> p(z.shape);
  const int64_t classes = z.shape[1];
  for (int64_t n = 0; n < z.shape[0]; n++) {
    const std::vector<T> e = exponentials(shifted_row(&z[n * classes], classes));
    const T total = sum(e.data(), classes);
    for (int64_t i = 0; i < classes; i++) p[n * classes + i] = e[static_cast<size_t>(i)] / total;
  }
  return p;
}

template <class T>
struct CrossEntropy {
  Array<T> losses, dz;
};

template <class T>
CrossEntropy<T> softmax_cross_entropy(const CrossEntropyParams& params, const Array<T>& z,
                                      const Array<int32_t>& labels) {
  const int64_t batch = z.shape[0], classes = z.shape[1];
  CrossEntropy<T> out{Array<T>({batch}), softmax(z)};
  const T smoothing = static_cast<T>(params.label_smoothing);
  const T cold = smoothing / static_cast<T>(classes), hot = (T(1) - smoothing) + cold;
  const T scale =
      T(1) / (params.divisor > 0 ? static_cast<T>(params.divisor) : static_cast<T>(batch));
  for (int64_t n = 0; n < batch; n++) {
    const std::vector<T> d = shifted_row(&z[n * classes], classes);
    const T log_total = log(sum(exponentials(d).data(), classes));
    const T at_label = d[static_cast<size_t>(labels[n])];
    out.losses[n] =
        smoothing == 0
            ? log_total - at_label
            : log_total - ((T(1) - smoothing) * at_label + cold * sum(d.data(), classes));
    for (int64_t i = 0; i < classes; i++) {
      T& dz = out.dz[n * classes + i];
      dz = (dz - (i == labels[n] ? hot : cold)) * scale;
    }
  }
  return out;
}

// A row's loss with the weights w of the classes; its dz, softmax(z) before, becomes the gradient
// times `scale`. d is z - max z.
template <class T>
T weighted_row(T smoothing, T scale, const Array<T>& w, std::vector<T> d, int64_t label, T* dz) {
  const auto classes = static_cast<int64_t>(d.size());
  const T log_total = log(sum(exponentials(d).data(), classes));
  const T weight = w[label], at_label = d[static_cast<size_t>(label)];
  if (smoothing == 0) {
    for (int64_t i = 0; i < classes; i++)
      dz[i] = (dz[i] - (i == label ? T(1) : T(0))) * (weight * scale);
    return weight * (log_total - at_label);
  }
  const T cold = smoothing / static_cast<T>(classes), hot = (T(1) - smoothing) * weight;
  const T mass = hot + cold * sum(&w[0], classes);
  for (int64_t i = 0; i < classes; i++) {
    const T share = cold * w[i];
    dz[i] = (dz[i] * mass - (i == label ? hot + share : share)) * scale;
    d[static_cast<size_t>(i)] = d[static_cast<size_t>(i)] * w[i];
  }
  return log_total * mass - (hot * at_label + cold * sum(d.data(), classes));
}

// PyTorch's cross_entropy with weight=w.
template <class T>
CrossEntropy<T> weighted_cross_entropy(const CrossEntropyParams& params, const Array<T>& w,
                                       const Array<T>& z, const Array<int32_t>& labels) {
  const int64_t batch = z.shape[0], classes = z.shape[1];
  CrossEntropy<T> out{Array<T>({batch}), softmax(z)};
  std::vector<T> of_labels;
  for (int64_t n = 0; n < batch; n++) of_labels.push_back(w[labels[n]]);
  const T divisor =
      params.divisor > 0 ? static_cast<T>(params.divisor) : sum(of_labels.data(), batch);
  for (int64_t n = 0; n < batch; n++) {
    out.losses[n] =
        weighted_row(static_cast<T>(params.label_smoothing), T(1) / divisor, w,
                     shifted_row(&z[n * classes], classes), labels[n], &out.dz[n * classes]);
  }
  return out;
}

}  // namespace fovea::reference
