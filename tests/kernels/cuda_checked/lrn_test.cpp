// SPDX-License-Identifier: Apache-2.0
// Response normalisation, alone and fused with max pooling.
#include "on_both.h"

#include <fovea/kernels/lrn.h>

namespace fovea {
namespace {

using test::check_on_both;
using test::random_tensor;
using Tensors = std::vector<Tensor>;
using Region = LrnParams::Region;

void check_lrn(const Shape& shape, const LrnParams& params) {
  CAPTURE(shape.to_string(), params.size);
  check_on_both({random_tensor(shape, 1, 3), random_tensor(shape, 2), Tensor(shape), Tensor(shape),
                 Tensor(shape)},
                [&](Context& ctx, Tensors& t) {
                  lrn_forward(ctx, params, t[0], t[2]);
                  lrn_backward(ctx, params, t[0], t[1], Tensor(), t[3]);
                  lrn_backward(ctx, params, t[0], t[1], t[0], t[4]);
                });
}

TEST_CASE("lrn on the GPU, checked") {
  check_lrn({1, 3, 4, 24}, {.size = 5, .alpha = 0.5f, .groups = 2});
  check_lrn({1, 2, 3, 7}, {.size = 4, .alpha = 0.5f, .beta = 0.6f});
  check_lrn({1, 1, 2, 1100}, {.size = 11, .alpha = 0.5f, .beta = 0.5f});
  check_lrn({1, 3, 5, 6}, {.size = 3, .alpha = 0.5f, .region = Region::within_map});
  check_lrn({1, 1, 1, 1760}, {.size = 3521, .alpha = 9, .beta = 1});
}

void check_fused(const Shape& x, const LrnParams& lrn, const Pool2dParams& pool) {
  CAPTURE(x.to_string());
  const Shape y = pool2d_output_shape("test", pool, x);
  check_on_both({random_tensor(x, 1, 3), Tensor(y), Tensor(y, DType::u8), random_tensor(y, 2),
                 Tensor(x), Tensor(x)},
                [&](Context& ctx, Tensors& t) {
                  lrn_max_pool2d_forward(ctx, lrn, pool, t[0], t[1], t[2]);
                  lrn_max_pool2d_backward(ctx, lrn, pool, t[0], t[2], t[3], Tensor(), t[4]);
                  lrn_max_pool2d_backward(ctx, lrn, pool, t[0], t[2], t[3], t[0], t[5]);
                });
}

TEST_CASE("lrn fused with max pooling on the GPU, checked") {
  const LrnParams paper{.size = 5, .alpha = 0.5f, .k = 2};
  check_fused({1, 7, 9, 24}, paper, {.kernel = {3, 3}, .stride = {2, 2}});
  check_fused({1030, 4, 3, 1}, paper, {.kernel = {2, 2}, .stride = {1, 1}});
  check_fused({1, 6, 5, 14}, {.size = 4, .alpha = 0.5f, .beta = 0.6f, .groups = 2},
              {.kernel = {3, 2}, .stride = {1, 3}, .padding = {2, 1, 0, 1}});
  check_fused({1, 10, 10, 64}, paper, {.kernel = {9, 9}, .stride = {1, 1}});
}

}  // namespace
}  // namespace fovea
