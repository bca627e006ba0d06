// SPDX-License-Identifier: Apache-2.0
// The numbers of a response normalisation.
#pragma once

#include <fovea/core/shape.h>
#include <fovea/kernels/lrn.h>

#include <algorithm>
#include <cstdint>

namespace fovea::detail {

// Windows reach `before` channels (rows, columns) down and `after` up.
struct LrnFormula {
  int64_t before, after;
  float a, k, beta, factor;  // s = a sum + k; factor = -2 a beta, of the gradient
  int64_t group, groups;     // channels of a group, groups of a pixel

  LrnFormula(const LrnParams& p, int64_t channels)
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
};

}  // namespace fovea::detail
