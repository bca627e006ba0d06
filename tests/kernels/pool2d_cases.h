// SPDX-License-Identifier: Apache-2.0
// Shapes and windows for the pooling tests, random ones included.
#pragma once

#include <fovea/kernels/pool2d.h>

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::test {

struct PoolCase {
  Shape x;
  Pool2dParams params;

  std::string to_string() const {
    const auto n = [](int64_t v) { return std::to_string(v) + " "; };
    const Pool2dParams& p = params;
    return x.to_string() + " kernel " + n(p.kernel.h) + n(p.kernel.w) + "stride " + n(p.stride.h) +
           n(p.stride.w) + "padding " + n(p.padding.top) + n(p.padding.left) + n(p.padding.bottom) +
           n(p.padding.right) + (p.rounding == Rounding::ceil ? "ceil" : "floor") +
           (p.count_include_pad ? " count_include_pad" : "");
  }
};

inline std::vector<PoolCase> pool_cases() {
  return {
      {{1, 1, 1, 1}, {.kernel = {1, 1}, .stride = {1, 1}}},
      {{2, 13, 11, 17}, {.kernel = {3, 3}, .stride = {2, 2}}},
      {{2, 8, 9, 3}, {.kernel = {3, 3}, .stride = {2, 2}, .rounding = Rounding::ceil}},
      {{1, 6, 7, 1}, {.kernel = {1, 1}, .stride = {2, 2}, .rounding = Rounding::ceil}},
      {{3, 7, 5, 33},
       {.kernel = {3, 2}, .stride = {1, 3}, .padding = {2, 1, 0, 1}, .count_include_pad = true}},
      {{1, 9, 8, 16},
       {.kernel = {4, 4},
        .stride = {3, 3},
        .padding = {1, 1, 1, 1},
        .rounding = Rounding::ceil,
        .count_include_pad = true}},
      {{1, 3, 2, 5000}, {.kernel = {2, 2}, .stride = {1, 1}}},
      {{2, 17, 19, 20}, {.kernel = {17, 19}, .stride = {1, 1}}},  // the whole map, 323 cells
      {{1, 20, 21, 3}, {.kernel = {17, 16}, .stride = {2, 3}, .padding = {5, 5, 5, 5}}},
      {{1, 5, 6, 4}, {.kernel = {2, 2}, .stride = {4, 3}}},  // pixels in no window
      {{0, 5, 6, 4}, {.kernel = {2, 2}, .stride = {2, 2}}},
  };
}

// One whose windows fit.
inline PoolCase random_pool_case() {
  const auto in = [](int64_t low, int64_t high) { return *rc::gen::inRange(low, high + 1); };
  PoolCase c;
  Pool2dParams& p = c.params;
  p.kernel = {in(1, 6), in(1, 6)};
  p.stride = {in(1, 4), in(1, 4)};
  p.padding = {in(0, p.kernel.h - 1), in(0, p.kernel.w - 1), in(0, p.kernel.h - 1),
               in(0, p.kernel.w - 1)};
  p.rounding = in(0, 1) == 1 ? Rounding::ceil : Rounding::floor;
  p.count_include_pad = in(0, 1) == 1;
  c.x = Shape{in(1, 3), in(p.kernel.h, 12), in(p.kernel.w, 12), in(1, 40)};
  return c;
}

}  // namespace fovea::test
