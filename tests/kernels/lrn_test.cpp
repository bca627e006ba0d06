// SPDX-License-Identifier: Apache-2.0
#include "reference/lrn.h"

#include "reference/activation.h"
#include "support/compare.h"
#include "support/error_message.h"
#include "support/finite_differences.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/lrn.h>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;
using AlphaMode = LrnParams::AlphaMode;
using Region = LrnParams::Region;

struct LrnCase {
  Shape x;
  LrnParams params;
  float scale = 5;  // of x

  std::string to_string() const {
    const LrnParams& p = params;
    return x.to_string() + " size " + std::to_string(p.size) + " alpha " + std::to_string(p.alpha) +
           " beta " + std::to_string(p.beta) + " k " + std::to_string(p.k) + " groups " +
           std::to_string(p.groups) + (p.alpha_mode == AlphaMode::sum ? " sum" : " mean") +
           (p.region == Region::within_map ? " within_map" : "");
  }
};

std::vector<LrnCase> lrn_cases() {
  const LrnParams paper{.size = 5, .alpha = 1e-4f, .k = 2, .alpha_mode = AlphaMode::sum};
  const LrnParams map{.size = 5, .alpha = 0.5f, .region = Region::within_map};
  LrnParams columns = paper;
  columns.groups = 2;
  std::vector<LrnCase> cases{{{2, 3, 5, 96}, paper, 100}};
  cases.push_back({{2, 5, 7, 96}, columns, 100});
  cases.push_back({{1, 3, 5, 256}, columns, 100});
  cases.push_back({{3, 7, 5, 16}, columns, 100});  // groups of one AVX2 vector
  cases.push_back({{3, 7, 5, 32}, columns, 100});  // of one AVX-512 vector, two of AVX2
  cases.push_back(
      {{2, 5, 9, 96}, {.size = 5, .alpha = 1}, 1.15e6f});  // s leaves the fast range here and there
  cases.push_back({{1, 1, 1, 1}, paper, 100});
  cases.push_back({{3, 7, 5, 3}, {.size = 5, .alpha = 1}});
  cases.push_back({{3, 2, 5, 17}, {.size = 4, .alpha = 0.5f, .beta = 0.5f, .k = 2}});
  cases.push_back({{2, 2, 3, 18}, {.size = 1, .alpha = 0.5f, .beta = 1}});
  cases.push_back({{2, 2, 3, 18}, {.size = 2, .alpha = 0.5f, .beta = 0, .groups = 3}});
  cases.push_back({{2, 3, 9, 34}, {.size = 7, .alpha = 0.5f, .beta = 1.3f, .groups = 2}});
  cases.push_back({{1, 2, 3, 12}, {.size = 101, .alpha = 0.5f, .groups = 4}});
  cases.push_back({{1, 1, 3, 5000}, {.size = 9, .alpha = 0.1f, .beta = 0.25f}});
  cases.push_back({{2, 2, 3, 16}, {.size = 3, .alpha = 1, .k = 0}, 1e15f});
  cases.push_back({{2, 2, 3, 48}, {.size = 5, .alpha = 1}, 1e15f});  // s leaves the fast range
  cases.push_back({{0, 2, 3, 16}, {.size = 3}});
  cases.push_back({{1, 1, 2, 2060}, {.size = 6, .alpha = 0.5f, .groups = 2}});
  cases.push_back({{1, 1, 1, 1760}, {.size = 3521, .alpha = 9, .beta = 0.5f}});
  cases.push_back({{2, 7, 6, 17}, map});
  cases.push_back({{1, 3, 4, 130}, {.size = 4, .alpha = 1, .region = Region::within_map}});
  cases.push_back(
      {{1, 2, 2, 1}, {.size = 9, .alpha_mode = AlphaMode::sum, .region = Region::within_map}});
  return cases;
}

LrnCase random_lrn_case() {
  const auto in = [](int64_t low, int64_t high) { return *rc::gen::inRange(low, high + 1); };
  LrnCase c;
  c.params.size = in(1, 12);
  c.params.alpha = static_cast<float>(in(0, 8)) / 4;
  c.params.beta = static_cast<float>(in(0, 8)) / 4;
  c.params.alpha_mode = in(0, 1) == 1 ? AlphaMode::sum : AlphaMode::mean;
  c.params.region = in(0, 3) == 1 ? Region::within_map : Region::across_channels;
  c.params.groups = in(1, 3);
  c.x = Shape{in(1, 3), in(1, 7), in(1, 7), c.params.groups * in(1, 24)};
  return c;
}

std::string differences(Context& ctx, const LrnCase& c) {
  const Tensor x = random_tensor(c.x, 1, c.scale), dy = random_tensor(c.x, 2);
  ctx.workspace().reserve(lrn_workspace(ctx, c.params, nullptr, c.x));
  const size_t reserved = ctx.workspace().capacity();
  const auto x_float = Array<float>::from(x), dy_float = Array<float>::from(dy);
  const auto x_double = Array<double>::from(x), dy_double = Array<double>::from(dy);
  const Tensor x_here = test::to_device(ctx, x), dy_here = test::to_device(ctx, dy);
  Tensor y = test::new_tensor(ctx, c.x), dx = test::new_tensor(ctx, c.x);
  lrn_forward(ctx, c.params, x_here, y);
  std::string text = test::bits_differ(y, reference::lrn(c.params, x_float));
  text += test::values_differ(y, reference::lrn(c.params, x_double), 2e-6);

  const auto gradient = reference::lrn_gradient(c.params, x_float, dy_float);
  lrn_backward(ctx, c.params, x_here, dy_here, Tensor(), dx);
  text += test::bits_differ(dx, gradient);
  text +=
      test::values_differ(dx, reference::lrn_gradient(c.params, x_double, dy_double), 4e-6, 4e-6);
  lrn_backward(ctx, c.params, x_here, dy_here, x_here, dx);
  text += test::bits_differ(dx, reference::relu_gradient(x_float, gradient));
  if (ctx.workspace().capacity() != reserved) text += "workspace grew";
  return text;
}

TEST_CASE("lrn equals the reference bit for bit") {
  test::for_each_setting([](Context& ctx) {
    for (const LrnCase& c : lrn_cases()) {
      CAPTURE(c.to_string());
      CHECK(differences(ctx, c) == "");
    }
  });
}

TEST_CASE("lrn equals the reference for random windows") {
  test::for_each_device([](Context& ctx) {
    CHECK(rc::check("lrn", [&] {
      const LrnCase c = random_lrn_case();
      RC_LOG() << c.to_string();
      RC_ASSERT(differences(ctx, c) == "");
    }));
  });
}

TEST_CASE("the gradient of the lrn reference agrees with finite differences") {
  for (const Region region : {Region::across_channels, Region::within_map}) {
    for (const int64_t size : {1, 2, 3, 4, 5, 15}) {
      const LrnParams params{.size = size,
                             .alpha = 0.5f,
                             .beta = size == 3 ? 1.25f : 0.75f,
                             .k = 2,
                             .alpha_mode = AlphaMode::sum,
                             .region = region,
                             .groups = 2};
      const auto x = test::random_array({1, 3, 2, 6}, 1, 2), dy = test::random_array(x.shape, 2);
      test::check_gradient([&](const Array<double>& at) { return reference::lrn(params, at); }, x,
                           dy, reference::lrn_gradient(params, x, dy));
    }
  }
}

TEST_CASE("lrn names what does not fit") {
  Context ctx({.threads = 1});
  Tensor x({1, 2, 2, 6}), y({1, 2, 2, 6}), flat({24});
  CHECK(test::error_message<ArgumentError>([&] { lrn_forward(ctx, {.groups = 4}, x, y); }) ==
        "lrn_forward: groups is 4; it must divide the channels of x, [1,2,2,6]");
  CHECK(test::error_message<ArgumentError>([&] { lrn_forward(ctx, {.size = 0}, x, y); }) ==
        "lrn_forward: size is 0; a window needs 1 to 2^20 cells along an axis");
  CHECK(test::error_message<ArgumentError>([&] { lrn_forward(ctx, {}, flat, y); }) ==
        "lrn_forward: x has shape [24]; it must have 4 axes, (n, h, w, c)");
  CHECK(test::error_message<ArgumentError>([&] {
          lrn_forward(ctx, {.beta = -1}, x, y);
        }).find("beta -1.000000") != std::string::npos);
}

}  // namespace
}  // namespace fovea
