// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers: every tile, tails, groups, strides, dilation, several shards.
#include "on_both.h"

#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/linear.h>

#include <cstdlib>

namespace fovea {
namespace {

using test::check_on_both;
using test::random_tensor;
using Tensors = std::vector<Tensor>;

struct Case {
  Shape x, w;
  Conv2dParams params;
};

std::vector<Case> conv_cases() {
  return {
      {{1, 1, 1, 1}, {1, 1, 1, 1}, {}},
      {{2, 5, 4, 3}, {17, 3, 2, 3}, {.relu = true}},
      {{2, 6, 7, 8}, {8, 3, 3, 4}, {.padding = {1, 1, 1, 1}, .groups = 2}},
      {{1, 9, 8, 5}, {6, 3, 2, 5}, {.stride = {2, 3}, .dilation = {1, 2}, .padding = {0, 1, 2, 3}}},
      {{3, 5, 5, 4}, {40, 1, 1, 4}, {.stride = {2, 2}}},
      {{9, 3, 3, 20}, {36, 2, 2, 20}, {.padding = {1, 0, 0, 1}, .rounding = Rounding::ceil}},
  };
}

void check_conv2d(const Case& c) {
  CAPTURE(c.x.to_string(), c.w.to_string());
  const Shape y = conv2d_output_shape(c.params, c.x, c.w), outputs{c.w[0]};
  check_on_both({random_tensor(c.x, 1), random_tensor(c.w, 2), random_tensor(outputs, 3),
                 random_tensor(y, 4), Tensor(y), Tensor(c.x), Tensor(c.w), Tensor(outputs)},
                [&](Context& ctx, Tensors& t) {
                  conv2d_forward(ctx, c.params, t[0], t[1], t[2], t[4]);
                  conv2d_data_gradient(ctx, c.params, t[3], t[1], t[0], t[5]);
                  conv2d_weight_gradient(ctx, c.params, t[0], t[3], t[6], t[7]);
                });
}

TEST_CASE("convolution on the GPU, checked") {
  for (const Case& c : conv_cases()) check_conv2d(c);
}

TEST_CASE("convolution on the GPU on large tiles, checked") {
  for (const char* tile : {"64x64", "128x128"}) {
    ::setenv("FOVEA_CONV_TILE", tile, 1);
    for (const Case& c : {conv_cases()[1], conv_cases()[2]}) check_conv2d(c);
  }
  ::unsetenv("FOVEA_CONV_TILE");
}

TEST_CASE("linear layers on the GPU, checked") {
  for (const auto& [batch, in, out] : {std::array<int64_t, 3>{1, 1, 1}, {3, 17, 5}, {9, 36, 40}}) {
    CAPTURE(batch, in, out);
    check_on_both({random_tensor({batch, in}, 1), random_tensor({out, in}, 2),
                   random_tensor({out}, 3), random_tensor({batch, out}, 4), Tensor({batch, out}),
                   Tensor({batch, in}), Tensor({out, in}), Tensor(Shape{out})},
                  [&](Context& ctx, Tensors& t) {
                    linear_forward(ctx, {.relu = true}, t[0], t[1], t[2], t[4]);
                    linear_data_gradient(ctx, t[3], t[1], t[0], t[5]);
                    linear_weight_gradient(ctx, t[0], t[3], t[6], t[7]);
                  });
  }
}

TEST_CASE("linear layers by cuBLAS on the GPU, checked") {
  const ReportLog log;
  Context ctx({.device = Device::cuda(), .threads = 1, .numerics = Numerics::fast});
  const auto here = [&](const Tensor& t) { return test::to_device(ctx, t); };
  const Tensor x = here(random_tensor({9, 36}, 1)), w = here(random_tensor({40, 36}, 2));
  const Tensor b = here(random_tensor({40}, 3)), dy = here(random_tensor({9, 40}, 4));
  Tensor y = test::new_tensor(ctx, {9, 40}), dx = test::new_tensor(ctx, {9, 36});
  Tensor dw = test::new_tensor(ctx, {40, 36}), db = test::new_tensor(ctx, {40});
  linear_forward(ctx, {.relu = true}, x, w, b, y);
  linear_data_gradient(ctx, dy, w, x, dx);
  linear_weight_gradient(ctx, x, dy, dw, db);
  ctx.synchronize();
  CHECK(log.last() == "");
}

}  // namespace
}  // namespace fovea
