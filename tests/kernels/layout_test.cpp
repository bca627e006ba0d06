// SPDX-License-Identifier: Apache-2.0
#include "reference/layout.h"

#include "support/compare.h"
#include "support/error_message.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/layout.h>

#include <catch2/catch.hpp>

namespace fovea {
namespace {

TEST_CASE("layouts are converted to one another bit for bit") {
  for (const Shape& shape :
       {Shape{1, 1, 1, 1}, Shape{2, 3, 19, 23}, Shape{3, 96, 5, 5}, Shape{1, 33, 1, 65},
        Shape{2, 1, 9, 70}, Shape{5, 20, 4, 3}, Shape{1, 2, 40, 40}, Shape{1, 257, 3, 1},
        Shape{4, 12, 11, 11}, Shape{0, 3, 4, 4}, Shape{2, 3, 0, 4}}) {
    const Tensor x = test::random_tensor(shape, 1);
    const auto want = reference::nchw_to_nhwc(reference::Array<float>::from(x));
    test::for_each_device([&](Context& ctx) {
      CAPTURE(shape.to_string());
      Tensor y = test::new_tensor(ctx, want.shape), back = test::new_tensor(ctx, shape);
      nchw_to_nhwc(ctx, test::to_device(ctx, x), y);
      CHECK(test::bits_differ(y, want) == "");
      nhwc_to_nchw(ctx, y, back);
      CHECK(test::bits_differ(back, x) == "");
    });
  }
}

TEST_CASE("conversions of layouts name what does not fit") {
  Context ctx({.threads = 1});
  const Tensor x({2, 3, 4, 5});
  Tensor y({2, 3, 4, 5});
  const auto message = [&](LayoutOp* op, const Tensor& from) {
    return test::error_message<ArgumentError>([&] { op(ctx, from, y); });
  };
  CHECK(message(nchw_to_nhwc, x) ==
        "nchw_to_nhwc: y has shape [2,3,4,5]; it must have shape [2,4,5,3]");
  CHECK(message(nhwc_to_nchw, x) ==
        "nhwc_to_nchw: y has shape [2,3,4,5]; it must have shape [2,5,3,4]");
  CHECK(message(nchw_to_nhwc, x.reshaped({6, 20})) ==
        "nchw_to_nhwc: x has shape [6,20]; it must have 4 axes, (n, c, h, w)");
}

}  // namespace
}  // namespace fovea
