// SPDX-License-Identifier: Apache-2.0
// A response normalisation, and the scratch memory of its passes.
#pragma once

#include "common/lrn_formula.h"

namespace fovea::cpu {

struct LrnPlan : detail::LrnFormula {
  using LrnFormula::LrnFormula;

  // A group with zeros around it, for windows to slide over.
  int64_t padded_group() const { return before + group + after; }
  // Pixels that are padded at a time: a few KB, so that they are still in L1 when read again, and
  // many enough that the processor is not made to wait for its own stores.
  int64_t block_pixels() const {
    constexpr int64_t kBlockFloats = 1024;
    return std::max<int64_t>(1, kBlockFloats / (padded_group() * groups));
  }
  // Floats of one padded block, with room for a whole vector at its end.
  int64_t padded_block() const {
    constexpr int64_t kVector = 16;
    const int64_t floats = block_pixels() * groups * padded_group() + kVector;
    return (floats + kVector - 1) / kVector * kVector;
  }
  // Floats of scratch that a row's passes need at most: x, the ratios and the scaled gradient.
  int64_t scratch() const { return 3 * padded_block(); }
};

}  // namespace fovea::cpu
