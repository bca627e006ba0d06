// SPDX-License-Identifier: Apache-2.0
// A quick look whether the kernels compute what they should on this machine.
#pragma once

#include <fovea/core/context.h>

#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct SelfCheck {
  std::string op;
  bool same_bits = false;    // as plain loops in the order that docs/numerics.md specifies
  double largest_error = 0;  // against them, absolute; results are of the order of 1
  bool passed = false;  // same bits where the SIMD target is exact, else errors of rounding only
};

// A small convolution and a small matrix product, of odd sizes; takes milliseconds.
std::vector<SelfCheck> check_kernels(Context& ctx);

}  // namespace fovea
