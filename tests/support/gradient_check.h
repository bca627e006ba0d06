// SPDX-License-Identifier: Apache-2.0
// Checks a net's gradients against its own forward pass, along random directions.
#pragma once

#include "support/random_tensor.h"

#include <fovea/layers/execution.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <numeric>
#include <vector>

namespace fovea::test {

inline double dot(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (int64_t i = 0; i < a.elements(); i++) sum += double{a.data<float>()[i]} * b.data<float>()[i];
  return sum;
}

// For f(w) = <net(x; w), r>: (f(w + h d) - f(w - h d)) / 2h against <df/dw, d>, for each parameter
// and several d. Values are floats, so h is large, and kinks (ReLU, max) within h of a value blur
// the result: the tolerance says how much.
inline void check_gradients(Net& net, int64_t batch, double tolerance = 2e-3) {
  Context ctx({.threads = 2});
  Execution execution = Execution::training(net, ctx, {.batch = batch});
  const Tensor x = random_tensor(net.input_shape().with_batch(batch), 1);
  const Tensor r = random_tensor(net.output_shape().with_batch(batch), 2);
  std::vector<uint32_t> samples(static_cast<size_t>(batch));
  std::iota(samples.begin(), samples.end(), 0U);
  const BatchPosition position{3, samples};
  execution.forward(x, position);
  execution.backward(r);
  for (const Parameter& parameter : net.parameters()) {
    const Tensor w = net.value(parameter), gradient = net.gradient(parameter).clone(),
                 start = w.clone();
    for (uint32_t direction = 0; direction < 3; direction++) {
      const Tensor d = random_tensor(w.shape(), 10 + direction);
      const float h = 1e-3f;
      const auto f = [&](float step) {
        for (int64_t i = 0; i < w.elements(); i++)
          w.data<float>()[i] = start.data<float>()[i] + step * d.data<float>()[i];
        return dot(execution.forward(x, position), r);
      };
      const double numeric = (f(h) - f(-h)) / (2.0 * h), analytic = dot(gradient, d);
      w.copy_from(start);
      INFO(parameter.name << " along direction " << direction);
      const double size = std::sqrt(dot(gradient, gradient) * dot(d, d));
      CHECK(std::fabs(numeric - analytic) <= tolerance * (1 + size));
    }
  }
}

}  // namespace fovea::test
