// SPDX-License-Identifier: Apache-2.0
#include "kernels/pool2d_cases.h"
#include "reference/activation.h"
#include "reference/pool2d.h"
#include "support/compare.h"
#include "support/error_message.h"
#include "support/finite_differences.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/pool2d.h>

#include <catch2/catch.hpp>

#include <limits>

namespace fovea {
namespace {

using reference::Array;
using test::PoolCase;
using test::random_tensor;

// Small integers, so that there are ties, with some NaN and infinities.
Tensor values(const Shape& shape, uint32_t which) {
  Tensor x = random_tensor(shape, which, 8);
  for (float& v : x.span<float>()) {
    v = std::round(v);
    if (v == 7) v = std::nanf("");
    if (v == -7) v = -std::numeric_limits<float>::infinity();
  }
  return x;
}

// Everything that differs from the references.
std::string max_pool_differences(Context& ctx, const PoolCase& c) {
  const Tensor x = values(c.x, 1);
  const auto want = reference::max_pool2d(c.params, Array<float>::from(x));
  const Tensor x_here = test::to_device(ctx, x);
  Tensor y = test::new_tensor(ctx, want.y.shape), none;
  Tensor argmax = test::new_tensor(ctx, want.y.shape, max_pool2d_index_type(c.params));
  max_pool2d_forward(ctx, c.params, x_here, y, argmax);
  std::string text = test::bits_differ(y, want.y) + test::indices_differ(argmax, want.argmax);
  y.zero();
  max_pool2d_forward(ctx, c.params, x_here, y, none);
  text += test::bits_differ(y, want.y);

  const Tensor dy = random_tensor(y.shape(), 2), out = random_tensor(c.x, 3);
  const auto gradient =
      reference::max_pool2d_gradient(c.params, c.x, want.argmax, Array<float>::from(dy));
  const auto exact =
      reference::max_pool2d_gradient(c.params, c.x, want.argmax, Array<double>::from(dy));
  const Tensor dy_here = test::to_device(ctx, dy);
  Tensor dx = test::to_device(ctx, random_tensor(c.x, 4));
  max_pool2d_backward(ctx, c.params, argmax, dy_here, none, dx);
  text += test::bits_differ(dx, gradient) + test::values_differ(dx, exact, 1e-6, 1e-6);
  max_pool2d_backward(ctx, c.params, argmax, dy_here, test::to_device(ctx, out), dx);
  return text + test::bits_differ(dx, reference::relu_gradient(Array<float>::from(out), gradient));
}

TEST_CASE("max_pool2d equals the reference bit for bit") {
  test::for_each_setting([](Context& ctx) {
    for (const PoolCase& c : test::pool_cases()) {
      CAPTURE(c.to_string());
      CHECK(max_pool_differences(ctx, c) == "");
    }
  });
}

TEST_CASE("max_pool2d equals the reference for random windows") {
  test::for_each_device([](Context& ctx) {
    CHECK(rc::check("max_pool2d", [&] {
      const PoolCase c = test::random_pool_case();
      RC_LOG() << c.to_string();
      RC_ASSERT(max_pool_differences(ctx, c) == "");
    }));
  });
}

TEST_CASE("integers are pooled without error") {
  Context ctx({.threads = 2});
  Tensor x = random_tensor({2, 9, 9, 5}, 1, 100);
  for (float& v : x.span<float>()) v = std::round(v);
  const Pool2dParams params{.kernel = {3, 3}, .stride = {2, 2}};
  const auto want = reference::max_pool2d(params, Array<double>::from(x));
  Tensor y(want.y.shape), none;
  max_pool2d_forward(ctx, params, x, y, none);
  CHECK(test::values_differ(y, want.y, 0) == "");
}

TEST_CASE("the gradient of the max pooling reference agrees with finite differences") {
  for (const Pool2dParams& params :
       {Pool2dParams{.kernel = {3, 3}, .stride = {2, 2}},
        Pool2dParams{.kernel = {2, 3}, .stride = {1, 2}, .padding = {1, 0, 1, 2}}}) {
    const auto x = test::random_array({2, 5, 6, 2}, 1);
    const auto y = reference::max_pool2d(params, x);
    const auto dy = test::random_array(y.y.shape, 2);
    test::check_gradient(
        [&](const Array<double>& at) { return reference::max_pool2d(params, at).y; }, x, dy,
        reference::max_pool2d_gradient(params, x.shape, y.argmax, dy));
  }
}

TEST_CASE("max_pool2d names what does not fit") {
  Context ctx({.threads = 1});
  Tensor x({1, 5, 5, 2}), y({1, 2, 2, 2}), argmax({1, 2, 2, 2}, DType::i32), none;
  const Pool2dParams params{.kernel = {3, 3}, .stride = {2, 2}};
  CHECK(test::error_message<ArgumentError>([&] {
          max_pool2d_forward(ctx, params, x, y, argmax);
        }) == "max_pool2d_forward: argmax holds i32; it must hold u8");
  CHECK(test::error_message<ArgumentError>([&] {
          max_pool2d_forward(ctx, {.kernel = {2, 2}, .padding = {2, 0, 0, 0}}, x, y, none);
        }) ==
        "max_pool2d_forward: along the height a window of 2 pixels would hold nothing but padding; "
        "pad by less than the kernel's extent");
  const std::string too_large = test::error_message<ArgumentError>([&] {
    max_pool2d_forward(ctx, {.kernel = {6, 3}}, x, y, none);
  });
  CHECK(too_large.find("max_pool2d_forward: a window of 6x3") == 0);
  Tensor flat({5});
  CHECK(test::error_message<ArgumentError>([&] {
          max_pool2d_forward(ctx, params, flat, y, none);
        }) == "max_pool2d_forward: x has shape [5]; it must have 4 axes, (n, h, w, c)");
}

}  // namespace
}  // namespace fovea
