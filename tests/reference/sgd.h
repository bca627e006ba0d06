// SPDX-License-Identifier: Apache-2.0
// One step of stochastic gradient descent.
#pragma once

#include "reference/array.h"

#include <fovea/kernels/sgd.h>

#include <cfloat>
#include <cmath>

namespace fovea::reference {

template <class T>
void sgd_update(const SgdParams& params, const Array<T>& g, Array<T>& v, Array<T>& w) {
  const T lr = params.lr, momentum = params.momentum, decay = params.weight_decay;
  for (int64_t i = 0; i < w.elements(); i++) {
    const T decayed = std::fma(decay, w[i], g[i]);
    const bool paper = params.form == SgdForm::paper;
    v[i] = paper ? std::fma(-lr, decayed, momentum * v[i]) : std::fma(momentum, v[i], decayed);
    if (std::fabs(v[i]) < FLT_MIN) v[i] = 0;
    w[i] = paper ? w[i] + v[i] : std::fma(-lr, v[i], w[i]);
  }
}

}  // namespace fovea::reference
