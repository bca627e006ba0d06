// SPDX-License-Identifier: Apache-2.0
#include "kernels/pool2d_cases.h"
#include "on_both.h"

#include <fovea/kernels/pool2d.h>

namespace fovea {
namespace {

using test::check_on_both;
using test::PoolCase;
using test::random_tensor;
using Tensors = std::vector<Tensor>;

// Vectors and tails of channels, windows of constant size, with padding, and of more than 256
// cells.
const std::vector<PoolCase> kCases{
    {{2, 7, 9, 8}, {.kernel = {3, 3}, .stride = {2, 2}}},
    {{1, 6, 5, 7},
     {.kernel = {3, 2},
      .stride = {1, 3},
      .padding = {2, 1, 0, 1},
      .rounding = Rounding::ceil,
      .count_include_pad = true}},
    {{1, 17, 18, 4}, {.kernel = {16, 17}, .stride = {1, 1}}},
};

TEST_CASE("max pooling on the GPU, checked") {
  for (const PoolCase& c : kCases) {
    CAPTURE(c.to_string());
    const Shape y = pool2d_output_shape("test", c.params, c.x);
    check_on_both({random_tensor(c.x, 1), Tensor(y), Tensor(y, max_pool2d_index_type(c.params)),
                   random_tensor(y, 2), Tensor(c.x), Tensor(c.x)},
                  [&](Context& ctx, Tensors& t) {
                    max_pool2d_forward(ctx, c.params, t[0], t[1], t[2]);
                    max_pool2d_backward(ctx, c.params, t[2], t[3], Tensor(), t[4]);
                    max_pool2d_backward(ctx, c.params, t[2], t[3], t[0], t[5]);
                  });
  }
}

TEST_CASE("average pooling on the GPU, checked") {
  for (const PoolCase& c : kCases) {
    CAPTURE(c.to_string());
    const Shape y = pool2d_output_shape("test", c.params, c.x);
    check_on_both({random_tensor(c.x, 1), Tensor(y), random_tensor(y, 2), Tensor(c.x)},
                  [&](Context& ctx, Tensors& t) {
                    avg_pool2d_forward(ctx, c.params, t[0], t[1]);
                    avg_pool2d_backward(ctx, c.params, t[2], t[3]);
                  });
  }
}

}  // namespace
}  // namespace fovea
