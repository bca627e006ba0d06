// SPDX-License-Identifier: Apache-2.0
// The weights of a product, as ops that multiply by them take them: where a tensor is wanted, a
// tensor does.
#pragma once

#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// The values, f32; and, where whoever owns them keeps that, the same rounded to bf16. Products of
// that precision then read the latter, which spares rounding and half the bytes.
struct Weight : Tensor {
  Weight(const Tensor& values, const Tensor& rounded = {}) : Tensor(values), rounded(rounded) {}

  Tensor rounded;  // bf16, or empty
};

}  // namespace fovea
