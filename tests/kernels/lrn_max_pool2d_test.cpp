// SPDX-License-Identifier: Apache-2.0
// Normalisation fused with max pooling: the same bits as one after the other.
#include "kernels/pool2d_cases.h"
#include "support/compare.h"
#include "support/error_message.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/lrn.h>

#include <catch2/catch.hpp>

namespace fovea {
namespace {

using test::PoolCase;
using test::random_tensor;

// What differs between the fused passes, where there are any, and the separate ones.
std::string lrn_max_pool_differences(Context& ctx, const LrnParams& lrn, const PoolCase& c) {
  if (!lrn_max_pool2d_exists(lrn, c.params)) return "";
  const Tensor x = test::to_device(ctx, random_tensor(c.x, 1, 4));
  const Shape pooled = pool2d_output_shape("test", c.params, c.x);
  const DType index = max_pool2d_index_type(c.params);
  const auto empty = [&](const Shape& shape) { return test::new_tensor(ctx, shape); };
  Tensor normalised = empty(c.x), y = empty(pooled), none;
  Tensor argmax = test::new_tensor(ctx, pooled, index);
  lrn_forward(ctx, lrn, x, normalised);
  max_pool2d_forward(ctx, c.params, normalised, y, argmax);
  const Tensor dy = test::to_device(ctx, random_tensor(pooled, 2));
  Tensor gradient = empty(c.x), dx = empty(c.x), dx_relu = empty(c.x);
  max_pool2d_backward(ctx, c.params, argmax, dy, none, gradient);
  lrn_backward(ctx, lrn, x, gradient, none, dx);
  lrn_backward(ctx, lrn, x, gradient, x, dx_relu);

  Context fused({.device = ctx.device(), .threads = ctx.threads()});
  fused.workspace().reserve(lrn_workspace(fused, lrn, &c.params, c.x));
  const size_t reserved = fused.workspace().capacity();
  Tensor y_got = empty(pooled), dx_got = empty(c.x);
  Tensor argmax_got = test::new_tensor(ctx, pooled, index);
  lrn_max_pool2d_forward(fused, lrn, c.params, x, y_got, none);
  std::string text = test::bits_differ(y_got, y);
  y_got.zero();
  lrn_max_pool2d_forward(fused, lrn, c.params, x, y_got, argmax_got);
  text += test::bits_differ(y_got, y);
  text += test::indices_differ(argmax_got, reference::Array<int32_t>::from(argmax));
  lrn_max_pool2d_backward(fused, lrn, c.params, x, argmax_got, dy, none, dx_got);
  text += test::bits_differ(dx_got, dx);
  lrn_max_pool2d_backward(fused, lrn, c.params, x, argmax_got, dy, x, dx_got);
  text += test::bits_differ(dx_got, dx_relu);
  if (fused.workspace().capacity() != reserved) text += "workspace grew";
  return text;
}

TEST_CASE("lrn fused with max_pool2d gives the bits of both") {
  test::for_each_setting([](Context& ctx) {
    for (const PoolCase& c : test::pool_cases()) {
      CAPTURE(c.to_string());
      CHECK(lrn_max_pool_differences(ctx, {.size = 5, .alpha = 0.5f, .k = 2}, c) == "");
      if (c.x[3] % 2 == 0) {
        CHECK(lrn_max_pool_differences(ctx, {.size = 4, .alpha = 0.5f, .beta = 0.6f, .groups = 2},
                                       c) == "");
      }
    }
  });
}

TEST_CASE("lrn fused with max_pool2d gives the bits of both for random windows") {
  const auto check = [](Context& ctx) {
    CHECK(rc::check("lrn_max_pool2d", [&] {
      const PoolCase c = test::random_pool_case();
      RC_LOG() << c.to_string();
      RC_ASSERT(lrn_max_pool_differences(ctx, {.size = 3, .alpha = 1}, c) == "");
    }));
  };
  test::for_each_device(check, {.threads = 3});
}

TEST_CASE("lrn fused with max_pool2d walks down bands of many rows") {
  // So many images that a GPU's blocks take whole maps, and strips that do not fit at once.
  test::for_each_device([](Context& ctx) {
    const LrnParams paper{.size = 5, .alpha = 1e-2f, .k = 2};
    CHECK(lrn_max_pool_differences(ctx, paper,
                                   {{1030, 7, 5, 4}, {.kernel = {3, 3}, .stride = {2, 2}}}) == "");
    CHECK(lrn_max_pool_differences(ctx, paper,
                                   {{2, 9, 23, 96}, {.kernel = {3, 3}, .stride = {2, 2}}}) == "");
    CHECK(lrn_max_pool_differences(
              ctx, paper, {{1, 17, 18, 96}, {.kernel = {16, 16}, .stride = {1, 1}}}) == "");
    const LrnParams wide{.size = 3521, .alpha = 9};
    CHECK(lrn_max_pool_differences(ctx, wide,
                                   {{1, 1, 2, 1760}, {.kernel = {1, 2}, .stride = {1, 1}}}) == "");
  });
}

TEST_CASE("lrn fused with max_pool2d refuses windows within a map and large ones") {
  Context ctx({.threads = 1});
  Tensor x({1, 18, 18, 2}), y({1, 9, 9, 2}), y_large({1, 1, 1, 2}), none;
  const std::string wanted =
      "lrn_max_pool2d_forward: only normalisation across channels and pooling windows of at most "
      "256 cells are fused; call lrn and max_pool2d one after the other";
  CHECK(test::error_message<ArgumentError>([&] {
          lrn_max_pool2d_forward(ctx, {.region = LrnParams::Region::within_map},
                                 {.kernel = {2, 2}, .stride = {2, 2}}, x, y, none);
        }) == wanted);
  CHECK(test::error_message<ArgumentError>([&] {
          lrn_max_pool2d_forward(ctx, {}, {.kernel = {17, 16}, .stride = {9, 9}}, x, y_large, none);
        }) == wanted);
  CHECK(lrn_max_pool2d_exists({}, {.kernel = {16, 16}, .stride = {1, 1}}));
}

}  // namespace
}  // namespace fovea
