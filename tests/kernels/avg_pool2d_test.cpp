// SPDX-License-Identifier: Apache-2.0
#include "kernels/pool2d_cases.h"
#include "reference/pool2d.h"
#include "support/compare.h"
#include "support/error_message.h"
#include "support/finite_differences.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/pool2d.h>

#include <catch2/catch.hpp>

namespace fovea {
namespace {

using reference::Array;
using test::PoolCase;
using test::random_tensor;

std::string avg_pool_differences(Context& ctx, const PoolCase& c) {
  const Tensor x = random_tensor(c.x, 1);
  const auto want = reference::avg_pool2d(c.params, Array<float>::from(x));
  Tensor y = test::new_tensor(ctx, want.shape);
  avg_pool2d_forward(ctx, c.params, test::to_device(ctx, x), y);
  std::string text = test::bits_differ(y, want);
  text +=
      test::values_differ(y, reference::avg_pool2d(c.params, Array<double>::from(x)), 1e-6, 1e-6);
  const Tensor dy = random_tensor(y.shape(), 2);
  Tensor dx = test::to_device(ctx, random_tensor(c.x, 3));
  avg_pool2d_backward(ctx, c.params, test::to_device(ctx, dy), dx);
  const auto exact = reference::avg_pool2d_gradient(c.params, c.x, Array<double>::from(dy));
  text += test::values_differ(dx, exact, 1e-6, 1e-6);
  return text + test::bits_differ(
                    dx, reference::avg_pool2d_gradient(c.params, c.x, Array<float>::from(dy)));
}

TEST_CASE("avg_pool2d equals the reference bit for bit") {
  test::for_each_setting([](Context& ctx) {
    for (const PoolCase& c : test::pool_cases()) {
      CAPTURE(c.to_string());
      CHECK(avg_pool_differences(ctx, c) == "");
    }
  });
}

TEST_CASE("avg_pool2d equals the reference for random windows") {
  test::for_each_device([](Context& ctx) {
    CHECK(rc::check("avg_pool2d", [&] {
      const PoolCase c = test::random_pool_case();
      RC_LOG() << c.to_string();
      RC_ASSERT(avg_pool_differences(ctx, c) == "");
    }));
  });
}

TEST_CASE("count_include_pad counts padding, but not what hangs over it") {
  Context ctx({.threads = 1});
  const Tensor x =
      Tensor::from<float>({1, 4, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  Pool2dParams params{.kernel = {3, 3},
                      .stride = {2, 2},
                      .padding = {1, 1, 1, 1},
                      .rounding = Rounding::ceil,
                      .count_include_pad = true};
  Tensor y({1, 3, 3, 1});
  avg_pool2d_forward(ctx, params, x, y);
  Array<double> want(y.shape());
  want.values = {14.0 / 9, 30.0 / 9, 2, 57.0 / 9, 11, 6, 4.5, 7.5, 4};
  CHECK(test::values_differ(y, want, 1e-7) == "");
  params.count_include_pad = false;
  avg_pool2d_forward(ctx, params, x, y);
  want.values = {3.5, 5, 6, 9.5, 11, 12, 13.5, 15, 16};
  CHECK(test::values_differ(y, want, 1e-7) == "");
}

TEST_CASE("the gradient of the average pooling reference agrees with finite differences") {
  const Pool2dParams params{.kernel = {3, 2}, .stride = {2, 1}, .padding = {1, 1, 0, 1}};
  for (const bool include : {false, true}) {
    Pool2dParams p = params;
    p.count_include_pad = include;
    const auto x = test::random_array({2, 5, 6, 2}, 1);
    const auto dy = test::random_array(reference::avg_pool2d(p, x).shape, 2);
    test::check_gradient([&](const Array<double>& at) { return reference::avg_pool2d(p, at); }, x,
                         dy, reference::avg_pool2d_gradient(p, x.shape, dy));
  }
}

TEST_CASE("avg_pool2d names what does not fit") {
  Context ctx({.threads = 1});
  Tensor x({1, 5, 5, 2}), y({1, 3, 2, 2});
  const Pool2dParams params{.kernel = {3, 3}, .stride = {2, 2}};
  CHECK(test::error_message<ArgumentError>([&] { avg_pool2d_forward(ctx, params, x, y); }) ==
        "avg_pool2d_forward: y has shape [1,3,2,2]; it must have shape [1,2,2,2]");
  CHECK(test::error_message<ArgumentError>([&] { avg_pool2d_backward(ctx, params, y, x); }) ==
        "avg_pool2d_backward: dy has shape [1,3,2,2]; it must have shape [1,2,2,2]");
}

}  // namespace
}  // namespace fovea
