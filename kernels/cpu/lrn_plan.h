// SPDX-License-Identifier: Apache-2.0
// The numbers of a response normalisation, and the scratch memory of its passes.
#pragma once

#include <fovea/core/shape.h>
#include <fovea/kernels/lrn.h>

#include <algorithm>
#include <cstdint>

namespace fovea::cpu {

// Windows reach `before` channels (rows, columns) down and `after` up.
struct LrnPlan {
  int64_t before, after;
  float a, k, beta, factor;  // s = a sum + k; factor = -2 a beta, of the gradient
  int64_t group, groups;     // channels of a group, groups of a pixel

  LrnPlan(const LrnParams& p, int64_t channels)
      : before((p.size - 1) / 2),
        after(p.size / 2),
        a(p.alpha),
        k(p.k),
        beta(p.beta),
        group(channels / p.groups),
        groups(p.groups) {
    if (p.alpha_mode == LrnParams::AlphaMode::mean) {
      const int64_t cells =
          p.region == LrnParams::Region::across_channels ? p.size : p.size * p.size;
      a = p.alpha / static_cast<float>(cells);
    }
    factor = (-2.0f * a) * p.beta;
    if (p.region == LrnParams::Region::across_channels) {
      // Beyond the group there are zeros only; one more of them gives the same bits as all.
      before = std::min(before, group);
      after = std::min(after, group);
    }
  }

  int64_t channels() const { return group * groups; }
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
