// SPDX-License-Identifier: Apache-2.0
#include "kernels/linear_cases.h"
#include "support/compare.h"
#include "support/environment.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/elementwise.h>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using fovea::Context;
using fovea::Tensor;
using fovea::test::difference;
using fovea::test::elements;
using fovea::test::to_host;
using fovea::test::unwritten;
using fovea::test::Values;

using Extents = cases::LinearExtents;
using cases::integer_difference;
using cases::kLinearExtents;

TEST_CASE("linear on integers equals the double reference") {
  const int threads = GENERATE(1, 3);
  const bool relu = GENERATE(false, true);
  const auto numerics = GENERATE(fovea::Numerics::exact, fovea::Numerics::fast);
  fovea::test::for_each_device(
      [&](Context& ctx) {
        if (ctx.device() != fovea::Device::cpu() && threads > 1) return;
        for (const Extents& e : kLinearExtents) {
          INFO(e[0] << " x " << e[1] << " -> " << e[2]);
          CHECK(integer_difference(ctx, e, relu) == "");
        }
      },
      {.threads = threads, .numerics = numerics});
}

TEST_CASE("linear in fast numerics without cuBLAS is exact on integers too") {
  if (!fovea::test::has_cuda()) return;
  const fovea::test::EnvironmentSetting setting("FOVEA_CUBLAS", "none");
  Context ctx({.device = fovea::Device::cuda(), .threads = 1, .numerics = fovea::Numerics::fast});
  for (const Extents& e : kLinearExtents) CHECK(integer_difference(ctx, e, true) == "");
}

TEST_CASE("linear equals the reference for any shape") {
  fovea::test::for_each_device([](Context& ctx) {
    CHECK(rc::check("on integers", [&] {
      const auto extent = [] { return *rc::gen::inRange<int64_t>(1, 120); };
      const Extents e{extent(), extent(), extent()};
      RC_ASSERT(integer_difference(ctx, e, e[0] % 2 == 0) == "");
    }));
  });
}

TEST_CASE("the linear reference's gradients are the derivatives of its forward pass") {
  const fovea::reference::Linear s{3, 4, 5};
  Values values(9);
  auto x = elements<double>(values.uniform({3, 4})), w = elements<double>(values.uniform({5, 4}));
  const auto dy = elements<double>(values.uniform({3, 5}));
  const auto derivative = [&](double& v) {  // the loss is linear in each operand
    double loss[2];
    for (const int side : {0, 1}) {
      v += side ? -1 : 0.5;
      const auto y = fovea::reference::linear_forward(s, x, w, {}, false);
      loss[side] = 0;
      for (size_t i = 0; i < y.size(); i++) loss[side] += y[i] * dy[i];
    }
    v += 0.5;
    return loss[0] - loss[1];
  };
  const auto dx = fovea::reference::linear_data_gradient(s, dy, w);
  const auto dw = fovea::reference::linear_weight_gradient(s, x, dy);
  for (size_t i = 0; i < x.size(); i++) CHECK(derivative(x[i]) == Approx(dx[i]).margin(1e-9));
  for (size_t i = 0; i < w.size(); i++) CHECK(derivative(w[i]) == Approx(dw[i]).margin(1e-9));
}

TEST_CASE("a linear layer's outputs in pieces give the data gradient of all at once") {
  fovea::test::for_each_cpu_setting([](Context& ctx) {
    for (const Extents& e : fovea::test::sampled(std::vector<Extents>(
             {{1, 5, 4}, {3, 17, 50}, {7, 130, 9}, {33, 96, 200}, {5, 1000, 301}}))) {
      INFO(e[0] << " x " << e[1] << " -> " << e[2]);
      const Tensor w = fovea::test::random_tensor({e[2], e[1]}, 1);
      const Tensor dy = fovea::test::random_tensor({e[0], e[2]}, 2);
      Tensor whole({e[0], e[1]}), pieces({e[0], e[1]});
      linear_data_gradient(ctx, dy, w, {}, whole);
      const int64_t first = e[2] / 3;  // the second piece has more
      Tensor left({e[0], first}), right({e[0], e[2] - first});
      std::vector<Tensor> parts{left, right};
      fovea::split(ctx, dy, parts);
      linear_data_gradient(ctx, left, w.rows(0, first), {}, pieces);
      linear_data_gradient_from(ctx, right, w.rows(first, e[2]), pieces);
      CHECK(fovea::test::bits_differ(pieces, whole) == "");
    }
  });
}

TEST_CASE("linear takes no more workspace than it says, which does not shrink with the batch") {
  const int threads = GENERATE(1, 2, 16);
  const auto check = [](Context& ctx, const Extents& e) {
    ctx.workspace().reserve(fovea::linear_workspace(ctx, e[0], e[1], e[2]));
    const size_t reserved = ctx.workspace().capacity();
    CHECK(integer_difference(ctx, e, true) == "");
    CHECK(ctx.workspace().capacity() == reserved);
    size_t before = 0;
    for (int64_t batch = 1; batch < 140; batch++) {
      const size_t bytes = fovea::linear_workspace(ctx, batch, e[1], e[2]);
      CHECK(bytes >= before);
      before = bytes;
    }
  };
  for (const fovea::Device device : fovea::test::test_devices()) {
    if (device != fovea::Device::cpu() && threads > 1) continue;
    for (const Extents& e : kLinearExtents) {
      Context ctx({.device = device, .threads = threads});
      CAPTURE(device.to_string());
      check(ctx, e);
    }
  }
}

TEST_CASE("linear of no samples") {
  Context ctx({.threads = 2});
  const Tensor x({0, 5}), w({3, 5}), dy({0, 3});
  Tensor y({0, 3}), dx({0, 5}), dw = unwritten({3, 5}), db = unwritten({3});
  fovea::linear_forward(ctx, {}, x, w, {}, y);
  fovea::linear_data_gradient(ctx, dy, w, {}, dx);
  fovea::linear_weight_gradient(ctx, x, dy, dw, db);
  CHECK(difference("dw", to_host(dw), std::vector<float>(15, 0.f)) == "");
  CHECK(difference("db", to_host(db), std::vector<float>(3, 0.f)) == "");
}

TEST_CASE("linear refuses what does not fit, with a message") {
  Context ctx({.threads = 1});
  const Tensor x({2, 5}), w({3, 4}), fits({3, 5}), b({2});
  Tensor y({2, 3}), narrow({2, 2});
  CHECK_THROWS_WITH(fovea::linear_forward(ctx, {}, x, w, {}, y),
                    Catch::Contains("[2,5]") && Catch::Contains("[3,4]") &&
                        Catch::Contains("(n, in) and (out, in)"));
  CHECK_THROWS_WITH(fovea::linear_forward(ctx, {}, x, fits, b, y),
                    "linear_forward: b has shape [2]; it must have shape [3]");
  CHECK_THROWS_WITH(fovea::linear_forward(ctx, {}, x, fits, {}, narrow),
                    Catch::Contains("y has shape [2,2]"));
  CHECK_THROWS_AS(fovea::linear_workspace(ctx, 1, 0, 3), fovea::ArgumentError);
}
