// SPDX-License-Identifier: Apache-2.0
// How parameters get their first values: pure functions of the seed, the same bits on every
// machine.
#pragma once

#include <fovea/core/tensor.h>

#include <cstdint>
#include <string>

namespace FOVEA_API fovea {

struct Initializer {
  enum class Kind : uint8_t {
    constant,  // a
    normal,    // N(0, a^2)
    uniform,   // U(-a, a)
    xavier,    // U(-b, b), b = sqrt(6 / (fan_in + fan_out))   (Glorot, Bengio 2010)
    kaiming,   // N(0, 2 / fan_in)                             (He et al. 2015)
    pytorch,  // U(-b, b), b = 1 / sqrt(fan_in): what torch.nn.Conv2d and Linear do, biases included
  };

  Kind kind = Kind::constant;
  float a = 0;

  friend bool operator==(const Initializer&, const Initializer&) = default;
};

// fan_in: inputs that one output sums over; fan_out: outputs that one input takes part in.
struct Fan {
  int64_t in = 1, out = 1;
};

// Fills `values`. `index` tells the parameters of a net apart.
void initialize(const Initializer& initializer, Fan fan, uint64_t seed, uint32_t index,
                Tensor& values);

}  // namespace fovea
