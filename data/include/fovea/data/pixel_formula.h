// SPDX-License-Identifier: Apache-2.0
// Normalisation as numbers, for a device that does it itself.
#pragma once

#include <fovea/core/tensor.h>

#include <cstdint>

namespace FOVEA_API fovea {

// x = (((pixel + light) / scale - mean) / divide) / deviation (docs/numerics.md): what is the same
// for all pictures.
struct PixelFormula {
  float scale = 1;
  Tensor mean;       // (rows, columns, channels), f32, of scaled pixels; one pixel stands for all
  Tensor deviation;  // (channels), f32
};

// What is particular to one picture, as words of 32 bits: top, left and whether it is mirrored, on
// the mean; the light of three channels and what deviations are divided by, as the bits of floats;
// one word without use.
inline constexpr int64_t kViewWords = 8;

}  // namespace fovea
