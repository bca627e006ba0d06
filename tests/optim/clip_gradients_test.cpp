// SPDX-License-Identifier: Apache-2.0
#include "support/devices.h"
#include "support/random_tensor.h"

#include <fovea/kernels/clip.h>
#include <fovea/optim/clip_gradients.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using fovea::clip_gradients;
using fovea::Context;
using fovea::Shape;
using fovea::Tensor;

namespace {

double norm_of(const Tensor& x) {
  double sum = 0;
  for (const float v : x.span<float>()) sum += double{v} * v;
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("the sum of squares is exact to double precision at any size and thread count") {
  for (const int64_t n : {1, 15, 16, 17, 16384, 16385, 100003}) {
    const Tensor x = fovea::test::random_tensor(Shape{n}, 1, 3);
    Context one({.threads = 1}), three({.threads = 3});
    CHECK(sum_of_squares(one, x) == Approx(norm_of(x) * norm_of(x)).epsilon(1e-13));
    CHECK(sum_of_squares(one, x) == sum_of_squares(three, x));
    fovea::test::for_each_device([&](Context& ctx) {
      CHECK(sum_of_squares(ctx, fovea::test::to_device(ctx, x)) == sum_of_squares(one, x));
    });
  }
}

TEST_CASE("clipping by norm scales all gradients, or leaves them") {
  const Tensor before = fovea::test::random_tensor(Shape{40000}, 1);
  const double norm = norm_of(before);
  fovea::test::for_each_device([&](Context& ctx) {
    Tensor there = fovea::test::to_device(ctx, before);
    clip_gradients(ctx, {.norm = static_cast<float>(2 * norm)}, there);
    CHECK(std::ranges::equal(fovea::test::to_host(there).span<float>(), before.span<float>()));
    clip_gradients(ctx, {.norm = 1.5f}, there);
    const Tensor g = fovea::test::to_host(there);
    CHECK(norm_of(g) == Approx(1.5).epsilon(1e-5));
    for (int64_t i = 0; i < g.elements(); i += 997) {
      CHECK(g.data<float>()[i] == Approx(before.data<float>()[i] * 1.5 / norm).margin(1e-9));
    }
  });
}

TEST_CASE("a loss or a gradient that is not finite halts, and nothing else does") {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              inf = std::numeric_limits<float>::infinity();
  fovea::test::for_each_device([&](Context& ctx) {
    Tensor halted({1}, fovea::DType::i32, ctx.device());
    const auto judge = [&](float loss, double squares) {
      const Tensor l = Tensor::from<float>({1}, {loss}).to(ctx.device());
      halt_unless_finite(ctx, l, Tensor::from<double>({1}, {squares}).to(ctx.device()), halted);
      return fovea::test::to_host(halted).data<int32_t>()[0];
    };
    CHECK(judge(3e38f, 1e300) == 0);
    for (const auto& [loss, squares] :
         {std::pair(nan, 1.0), std::pair(-inf, 1.0), std::pair(1.0f, double{inf}),
          std::pair(1.0f, double{nan})}) {
      halted.zero();
      CHECK(judge(loss, squares) == 1);
      CHECK(judge(1, 1) == 1);  // stays
    }
  });
}

TEST_CASE("clipping by value clamps, a NaN stays to be seen") {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              inf = std::numeric_limits<float>::infinity();
  fovea::test::for_each_device([&](Context& ctx) {
    Tensor there = Tensor::from<float>({6}, {-3, -0.5f, 0.25f, 7, inf, nan}).to(ctx.device());
    clip_gradients(ctx, {.value = 0.5f}, there);
    const Tensor g = fovea::test::to_host(there);
    CHECK(g.data<float>()[0] == -0.5f);
    CHECK(g.data<float>()[1] == -0.5f);
    CHECK(g.data<float>()[2] == 0.25f);
    CHECK(g.data<float>()[3] == 0.5f);
    CHECK(g.data<float>()[4] == 0.5f);
    CHECK(std::isnan(g.data<float>()[5]));
  });
}
