// SPDX-License-Identifier: Apache-2.0
// Shapes of convolutions for tests, and all passes of one of them.
#pragma once

#include "reference/conv2d.h"
#include "support/devices.h"
#include "support/values.h"

#include <fovea/kernels/conv2d.h>

#include <string>
#include <vector>

namespace cases {

struct ConvCase {
  fovea::Shape x, w;
  fovea::Conv2dParams params;

  std::string name() const {
    const auto& p = params;
    const auto n = [](int64_t v) { return std::to_string(v); };
    return "x " + x.to_string() + " w " + w.to_string() + " stride " + n(p.stride.h) + "x" +
           n(p.stride.w) + " dilation " + n(p.dilation.h) + "x" + n(p.dilation.w) + " padding " +
           n(p.padding.top) + "," + n(p.padding.left) + "," + n(p.padding.bottom) + "," +
           n(p.padding.right) + " groups " + n(p.groups) +
           (p.rounding == fovea::Rounding::ceil ? " ceil" : "");
  }
  fovea::Shape y() const { return fovea::conv2d_output_shape(params, x, w); }
};

inline ConvCase conv_case(fovea::Shape x, fovea::Shape w, fovea::Extent2d stride = {},
                          fovea::Padding padding = {}, int64_t groups = 1,
                          fovea::Extent2d dilation = {},
                          fovea::Rounding rounding = fovea::Rounding::floor) {
  fovea::Conv2dParams params;
  params.stride = stride;
  params.padding = padding;
  params.groups = groups;
  params.dilation = dilation;
  params.rounding = rounding;
  return {x, w, params};
}

inline std::vector<ConvCase> conv_cases() {
  using fovea::Rounding;
  return {
      conv_case({1, 1, 1, 1}, {1, 1, 1, 1}),
      conv_case({2, 5, 4, 3}, {17, 3, 2, 3}),
      conv_case({3, 47, 43, 3}, {96, 11, 11, 3}, {4, 4}),
      conv_case({2, 7, 6, 96}, {104, 5, 5, 48}, {1, 1}, {2, 2, 2, 2}, 2),
      conv_case({9, 7, 6, 64}, {40, 3, 3, 64}, {1, 1}, {1, 1, 1, 1}),
      conv_case({8, 6, 5, 96}, {96, 3, 3, 48}, {1, 1}, {1, 1, 1, 1}, 2),
      conv_case({5, 9, 8, 5}, {18, 3, 3, 5}, {1, 1}, {1, 1, 1, 1}),
      conv_case({4, 9, 9, 24}, {52, 3, 3, 12}, {1, 1}, {}, 2),
      conv_case({1, 9, 11, 17}, {3, 3, 5, 17}, {2, 3}, {0, 1, 2, 3}),
      conv_case({2, 13, 12, 6}, {9, 3, 3, 2}, {3, 2}, {2, 1, 0, 2}, 3),
      conv_case({3, 12, 13, 4}, {8, 2, 3, 4}, {1, 2}, {1, 0, 3, 1}, 1, {2, 3}),
      conv_case({2, 14, 15, 8}, {8, 3, 3, 4}, {4, 4}, {1, 1, 1, 1}, 2, {2, 2}),
      conv_case({2, 11, 10, 4}, {5, 3, 3, 4}, {2, 2}, {0, 0, 0, 0}, 1, {1, 1}, Rounding::ceil),
      conv_case({2, 8, 9, 3}, {7, 2, 2, 3}, {3, 3}, {1, 1, 1, 1}, 1, {1, 1}, Rounding::ceil),
      conv_case({3, 10, 9, 7}, {7, 3, 3, 1}, {1, 1}, {1, 1, 1, 1}, 7),  // depthwise
      conv_case({20, 4, 4, 12}, {70, 4, 4, 12}),                        // one window per sample
      conv_case({3, 6, 7, 33}, {49, 1, 1, 33}),
      conv_case({2, 7, 9, 16}, {20, 1, 1, 16}, {2, 2}),  // pixels that no window covers
      conv_case({1, 2, 700, 2}, {3, 1, 3, 2}, {1, 1}, {0, 1, 0, 1}),  // long rows
      conv_case({2, 3, 1200, 1}, {2, 2, 5, 1}, {1, 2}, {1, 2, 0, 3}),
      conv_case({11, 1, 1, 700}, {130, 1, 1, 700}),
      conv_case({1, 5, 5, 2}, {2, 3, 3, 2}, {1, 1}, {4, 4, 4, 4}),  // windows in the padding only
      conv_case({1, 16, 16, 1}, {4, 3, 3, 1}, {4, 4}, {}, 1, {4, 4}),
  };
}

// Operands of all three passes.
struct ConvOperands {
  fovea::Tensor x, w, b, dy;
};

// What the three passes give.
struct ConvResults {
  fovea::Tensor y, dx, dw, db;
};

// On the context's device; operands and results are the host's.
inline ConvResults run_all(fovea::Context& ctx, const ConvCase& c, const ConvOperands& o) {
  using fovea::test::to_host;
  const auto here = [&](const fovea::Tensor& t) { return fovea::test::to_device(ctx, t); };
  const auto result = [&](const fovea::Shape& s) { return here(fovea::test::unwritten(s)); };
  const fovea::Tensor x = here(o.x), w = here(o.w), b = here(o.b), dy = here(o.dy);
  ConvResults r{result(c.y()), result(c.x), result(c.w), result({c.w[0]})};
  fovea::conv2d_forward(ctx, c.params, x, w, b, r.y);
  fovea::conv2d_data_gradient(ctx, c.params, dy, w, {}, r.dx);
  fovea::conv2d_weight_gradient(ctx, c.params, x, dy, r.dw, r.db);
  return {to_host(r.y), to_host(r.dx), to_host(r.dw), to_host(r.db)};
}

// Says how the passes on integers differ from the double reference, where both are exact; "" when
// they do not.
inline std::string integer_difference(fovea::Context& ctx, const ConvCase& c) {
  fovea::test::Values values(7);
  const ConvOperands o{values.integers(c.x), values.integers(c.w), values.integers({c.w[0]}),
                       values.integers(c.y())};
  const ConvResults r = run_all(ctx, c, o);
  const fovea::reference::Conv2d s(c.params, c.x, c.w);
  const auto x = fovea::test::elements<double>(o.x), w = fovea::test::elements<double>(o.w);
  const auto b = fovea::test::elements<double>(o.b), dy = fovea::test::elements<double>(o.dy);
  return fovea::test::difference("y", r.y, fovea::reference::conv2d_forward(s, x, w, b)) +
         fovea::test::difference("dx", r.dx, fovea::reference::conv2d_data_gradient(s, dy, w)) +
         fovea::test::difference("dw", r.dw, fovea::reference::conv2d_weight_gradient(s, x, dy)) +
         fovea::test::difference("db", r.db, fovea::reference::bias_gradient(dy, b.size()));
}

}  // namespace cases
