// SPDX-License-Identifier: Apache-2.0
#include "reference/clip.h"

#include "support/compare.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/kernels/clip.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;

// Of one block, its edge, and more blocks than the threads of a CUDA block hold at a time.
constexpr int64_t kSizes[] = {
    0, 1, 15, 17, kSquaresBlock, kSquaresBlock + 1, 130 * kSquaresBlock + 3};

TEST_CASE("the sum of squares follows the specified order bit for bit") {
  for (const int64_t n : kSizes) {
    const Tensor x = random_tensor({n}, 1, 3);
    const double want = reference::sum_of_squares(x.span<float>());
    test::for_each_setting([&](Context& ctx) {
      CAPTURE(n);
      CHECK(sum_of_squares(ctx, test::to_device(ctx, x)) == want);
    });
  }
}

TEST_CASE("scaling and clamping give the reference's bits") {
  for (const int64_t n : {0, 1, 17, 4099}) {
    const Tensor x = random_tensor({n}, 1, 3);
    auto scaled = Array<float>::from(x), clamped = scaled;
    for (float& v : scaled.values) v = v * 0.3f;
    for (float& v : clamped.values) v = reference::clamp(v, 0.5f);
    test::for_each_setting([&](Context& ctx) {
      CAPTURE(n);
      Tensor a = test::to_device(ctx, x), b = test::to_device(ctx, x);
      scale(ctx, 0.3f, a);
      clamp(ctx, 0.5f, b);
      CHECK(test::bits_differ(a, scaled) == "");
      CHECK(test::bits_differ(b, clamped) == "");
    });
  }
}

TEST_CASE("clamping keeps NaN, limits infinities and touches nothing beside its tensor") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  test::for_each_device([&](Context& ctx) {
    const Tensor x = Tensor::from<float>({6}, {9, kInf, -kInf, kNan, -0.0f, 9}).to(ctx.device());
    Tensor inner = x.rows(1, 5);
    clamp(ctx, 2, inner);
    CHECK(test::bits_differ(x, Tensor::from<float>({6}, {9, 2, -2, kNan, -0.0f, 9})) == "");
  });
}

TEST_CASE("limiting a norm on the device scales by the factor of double precision, or not at all") {
  const Tensor x = random_tensor({5000}, 1);
  const double squares = reference::sum_of_squares(x.span<float>());
  const double norm = std::sqrt(squares);
  const auto scaled = [&](double factor) {
    auto want = Array<float>::from(x);
    for (float& v : want.values) v *= static_cast<float>(factor);
    return want;
  };
  test::for_each_setting([&](Context& ctx) {
    Tensor got = test::to_device(ctx, x), found = test::new_tensor(ctx, {1}, DType::f64);
    sum_of_squares(ctx, got, found);
    limit_norm(ctx, static_cast<float>(2 * norm), found, got);
    CHECK(test::bits_differ(got, x) == "");
    limit_norm(ctx, 1.5f, found, got);
    CHECK(test::bits_differ(got, scaled(1.5 / (norm + 1e-6))) == "");
  });
}

TEST_CASE("a loss or a norm that is not finite halts, and nothing undoes it") {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  test::for_each_device([&](Context& ctx) {
    const auto halted = [&](float loss, double squares) {
      Tensor flag = Tensor::from<int32_t>({1}, {0}).to(ctx.device());
      const Tensor norm = Tensor::from<double>({1}, {squares}).to(ctx.device());
      halt_unless_finite(ctx, Tensor::from<float>({1}, {loss}).to(ctx.device()), norm, flag);
      const int32_t at_once = test::to_host(flag).data<int32_t>()[0];
      const Tensor fine = Tensor::from<float>({1}, {1}).to(ctx.device());
      halt_unless_finite(ctx, fine, Tensor::from<double>({1}, {1}).to(ctx.device()), flag);
      CHECK(test::to_host(flag).data<int32_t>()[0] == at_once);
      return at_once;
    };
    CHECK(halted(1, 2) == 0);
    CHECK(halted(kInf, 2) == 1);
    CHECK(halted(1, -kInf) == 1);
    CHECK(halted(std::nanf(""), std::nan("")) == 1);
  });
}

}  // namespace
}  // namespace fovea
