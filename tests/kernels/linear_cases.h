// SPDX-License-Identifier: Apache-2.0
// All passes of linear layers on integers against the double reference, where both are exact.
#pragma once

#include "reference/conv2d.h"
#include "reference/linear.h"
#include "support/devices.h"
#include "support/values.h"

#include <fovea/kernels/linear.h>

#include <array>
#include <string>
#include <vector>

namespace cases {

using LinearExtents = std::array<int64_t, 3>;  // batch, in, out

// Says how the passes on integers differ from the double reference, where both are exact.
inline std::string integer_difference(fovea::Context& ctx, const LinearExtents& e, bool relu) {
  const auto [batch, in, out] = e;
  using fovea::Tensor, fovea::test::difference, fovea::test::elements;
  using fovea::test::to_host, fovea::test::unwritten;
  fovea::test::Values values(3);
  const Tensor x = values.integers({batch, in}), w = values.integers({out, in});
  const Tensor b = values.integers({out}), dy = values.integers({batch, out});
  const auto here = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
  const auto result = [&](const fovea::Shape& s) { return here(unwritten(s)); };
  Tensor y = result({batch, out}), dx = result({batch, in});
  Tensor masked = result({batch, in}), dw = result({out, in}), db = result({out});
  fovea::linear_forward(ctx, {.relu = relu}, here(x), here(w), here(b), y);
  fovea::linear_data_gradient(ctx, here(dy), here(w), {}, dx);
  fovea::linear_data_gradient(ctx, here(dy), here(w), here(x), masked);
  fovea::linear_weight_gradient(ctx, here(x), here(dy), dw, db);

  const fovea::reference::Linear s{static_cast<size_t>(batch), static_cast<size_t>(in),
                                   static_cast<size_t>(out)};
  const auto dx_wanted =
      fovea::reference::linear_data_gradient(s, elements<double>(dy), elements<double>(w));
  auto masked_wanted = dx_wanted;
  for (size_t i = 0; i < masked_wanted.size(); i++) {
    if (!(x.span<float>()[i] > 0)) masked_wanted[i] = 0;
  }
  return difference("y", to_host(y),
                    fovea::reference::linear_forward(s, elements<double>(x), elements<double>(w),
                                                     elements<double>(b), relu)) +
         difference("dx", to_host(dx), dx_wanted) +
         difference("dx masked", to_host(masked), masked_wanted) +
         difference("dw", to_host(dw),
                    fovea::reference::linear_weight_gradient(s, elements<double>(x),
                                                             elements<double>(dy))) +
         difference("db", to_host(db),
                    fovea::reference::bias_gradient(elements<double>(dy), s.out));
}

inline const std::vector<LinearExtents> kLinearExtents = {
    {1, 1, 1},    {1, 3, 17},      {3, 17, 3},   {7, 1, 9},     {32, 300, 1}, {33, 49, 97},
    {48, 16, 48}, {100, 129, 200}, {5, 5000, 6}, {2, 40, 2500}, {17, 96, 96}};

}  // namespace cases
