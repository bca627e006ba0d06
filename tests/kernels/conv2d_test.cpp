// SPDX-License-Identifier: Apache-2.0
#include "kernels/any_conv_case.h"
#include "support/allocation_counter.h"
#include "support/sanitized.h"

#include <fovea/core/error.h>
#include <fovea/kernels/conv2d.h>

#include <catch2/catch.hpp>

#include <cmath>

using cases::ConvCase;
using fovea::ArgumentError;
using fovea::Context;
using fovea::Tensor;
using fovea::test::Values;

TEST_CASE("conv2d on integers equals the double reference") {
  for (const int threads : fovea::test::kSanitized ? std::vector{3} : std::vector{1, 3}) {
    Context ctx({.threads = threads});
    for (const ConvCase& c : fovea::test::sampled(cases::conv_cases())) {
      INFO(c.name());
      CHECK(cases::integer_difference(ctx, c) == "");
    }
  }
}

TEST_CASE("conv2d in fast numerics is exact on integers too") {
  fovea::test::for_each_device(
      [](Context& ctx) {
        for (const ConvCase& c : fovea::test::sampled(cases::conv_cases())) {
          INFO(c.name());
          CHECK(cases::integer_difference(ctx, c) == "");
        }
      },
      {.threads = 2, .numerics = fovea::Numerics::fast});
}

TEST_CASE("conv2d equals the reference for any shape") {
  fovea::test::for_each_device([](Context& ctx) {
    CHECK(rc::check("on integers", [&] {
      const ConvCase c = cases::any_conv_case();
      RC_LOG() << c.name() << '\n';
      RC_ASSERT(cases::integer_difference(ctx, c) == "");
    }));
  });
}

TEST_CASE("the reference's gradients are the derivatives of its forward pass") {
  Values values(3);
  for (const ConvCase& c : cases::conv_cases()) {
    if (c.y().elements() * c.w.elements() > 400000) continue;
    INFO(c.name());
    const fovea::reference::Conv2d s(c.params, c.x, c.w);
    auto x = fovea::test::elements<double>(values.uniform(c.x));
    auto w = fovea::test::elements<double>(values.uniform(c.w));
    const auto dy = fovea::test::elements<double>(values.uniform(c.y()));
    const auto loss = [&] {
      double sum = 0;
      const auto y = fovea::reference::conv2d_forward(s, x, w, {});
      for (size_t i = 0; i < y.size(); i++) sum += y[i] * dy[i];
      return sum;
    };
    // The loss is linear in each operand, so central differences are exact but for rounding.
    const auto derivative = [&](double& v) {
      const double kept = v;
      v = kept + 0.5;
      const double above = loss();
      v = kept - 0.5;
      const double below = loss();
      v = kept;
      return above - below;
    };
    const auto dx = fovea::reference::conv2d_data_gradient(s, dy, w);
    const auto dw = fovea::reference::conv2d_weight_gradient(s, x, dy);
    for (size_t i = 0; i < x.size(); i += 1 + x.size() / 5)
      CHECK(derivative(x[i]) == Approx(dx[i]).margin(1e-9));
    for (size_t i = 0; i < w.size(); i += 1 + w.size() / 5)
      CHECK(derivative(w[i]) == Approx(dw[i]).margin(1e-9));
  }
}

TEST_CASE("conv2d without a bias") {
  fovea::test::for_each_device([](Context& ctx) {
    const ConvCase c = cases::conv_cases()[1];
    Values values(1);
    const Tensor x = values.integers(c.x), w = values.integers(c.w), dy = values.integers(c.y());
    const fovea::reference::Conv2d s(c.params, c.x, c.w);
    const auto here = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
    Tensor y = here(fovea::test::unwritten(c.y())), dw = here(fovea::test::unwritten(c.w)), none;
    fovea::conv2d_forward(ctx, c.params, here(x), here(w), none, y);
    CHECK(fovea::test::difference(
              "y", fovea::test::to_host(y),
              fovea::reference::conv2d_forward(s, fovea::test::elements<double>(x),
                                               fovea::test::elements<double>(w), {})) == "");
    fovea::conv2d_weight_gradient(ctx, c.params, here(x), here(dy), dw, none);
    CHECK(none.empty());
    CHECK_FALSE(std::isnan(fovea::test::to_host(dw).span<float>()[0]));
  });
}

TEST_CASE("conv2d's ReLU turns what is not above 0 into +0 and lets NaN pass") {
  fovea::test::for_each_device([](Context& ctx) {
    fovea::Conv2dParams params;
    params.relu = true;
    const Tensor x = Tensor::from<float>({1, 1, 4, 1}, {-2.f, 3.f, std::nanf(""), -0.f});
    const Tensor w = Tensor::from<float>({1, 1, 1, 1}, {1.f});
    const auto here = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
    Tensor y = here(fovea::test::unwritten({1, 1, 4, 1}));
    fovea::conv2d_forward(ctx, params, here(x), here(w), {}, y);
    CHECK(fovea::test::difference("y", fovea::test::to_host(y),
                                  std::vector<float>{0.f, 3.f, std::nanf(""), 0.f}) == "");
  });
}

TEST_CASE("conv2d gives no negative zero where there is no bias") {
  fovea::test::for_each_device([](Context& ctx) {
    const auto here = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
    // The product underflows to -0, which the final + 0 makes +0.
    const Tensor x = here(Tensor::from<float>({1, 1, 1, 1}, {-1e-30f}));
    const Tensor w = here(Tensor::from<float>({1, 1, 1, 1}, {1e-30f}));
    Tensor y = here(fovea::test::unwritten({1, 1, 1, 1})), dx = y.clone(), dw = y.clone(), db;
    fovea::conv2d_forward(ctx, {}, x, w, {}, y);
    fovea::conv2d_data_gradient(ctx, {}, x, w, {}, dx);
    fovea::conv2d_weight_gradient(ctx, {}, x, w, dw, db);
    for (const Tensor& t : {y, dx, dw})
      CHECK(fovea::test::difference("", fovea::test::to_host(t), std::vector<float>{0.f}) == "");
    // An outcome of -0 + -0 is the bias's own.
    const Tensor b = here(Tensor::from<float>({1}, {-0.f}));
    fovea::conv2d_forward(ctx, {}, x, w, b, y);
    CHECK(fovea::test::difference("", fovea::test::to_host(y), std::vector<float>{-0.f}) == "");
  });
}

TEST_CASE("conv2d's data gradient applies the gradient of a ReLU before it") {
  fovea::test::for_each_device([](Context& ctx) {
    const auto here = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
    for (const ConvCase& c : fovea::test::sampled(cases::conv_cases())) {
      INFO(c.name());
      Values values(5);
      const Tensor w = values.integers(c.w), dy = values.integers(c.y());
      const Tensor relu_output = values.integers(c.x);  // also with zeros and negative values
      Tensor dx = here(fovea::test::unwritten(c.x));
      fovea::conv2d_data_gradient(ctx, c.params, here(dy), here(w), here(relu_output), dx);
      const fovea::reference::Conv2d s(c.params, c.x, c.w);
      auto want = fovea::reference::conv2d_data_gradient(s, fovea::test::elements<double>(dy),
                                                         fovea::test::elements<double>(w));
      for (size_t i = 0; i < want.size(); i++) {
        if (!(relu_output.span<float>()[i] > 0)) want[i] = 0;
      }
      CHECK(fovea::test::difference("dx", fovea::test::to_host(dx), want) == "");
    }
  });
}

TEST_CASE("conv2d takes no more workspace than it says, and allocates nothing else") {
  const int threads = GENERATE(1, 2, 5, 16);
  for (const ConvCase& c : cases::conv_cases()) {
    INFO(c.name());
    Context ctx({.threads = threads});
    ctx.workspace().reserve(fovea::conv2d_workspace(ctx, c.params, c.x, c.w));
    const size_t reserved = ctx.workspace().capacity();
    Values values(1);
    const cases::ConvOperands o{values.uniform(c.x), values.uniform(c.w), values.uniform({c.w[0]}),
                                values.uniform(c.y())};
    Tensor y(c.y()), dx(c.x), dw(c.w), db({c.w[0]});
    const auto before = fovea::test::allocations();
    fovea::conv2d_forward(ctx, c.params, o.x, o.w, o.b, y);
    fovea::conv2d_data_gradient(ctx, c.params, o.dy, o.w, {}, dx);
    fovea::conv2d_weight_gradient(ctx, c.params, o.x, o.dy, dw, db);
    CHECK(fovea::test::allocations() == before);
    CHECK(ctx.workspace().capacity() == reserved);
  }
}

TEST_CASE("conv2d on a GPU takes no more workspace than it says") {
  if (!fovea::test::has_cuda()) return;
  for (const fovea::Numerics numerics : {fovea::Numerics::exact, fovea::Numerics::fast}) {
    Context ctx({.device = fovea::Device::cuda(), .threads = 1, .numerics = numerics});
    for (const ConvCase& c : {cases::conv_cases()[1], cases::conv_cases()[9]}) {
      INFO(c.name());
      ctx.workspace().reserve(fovea::conv2d_workspace(ctx, c.params, c.x, c.w));
      const size_t reserved = ctx.workspace().capacity();
      CHECK(cases::integer_difference(ctx, c) == "");
      CHECK(ctx.workspace().capacity() == reserved);
    }
  }
}

TEST_CASE("conv2d on a GPU refuses an image that 32 bits cannot index") {
  if (!fovea::test::has_cuda()) return;
  const Context ctx({.device = fovea::Device::cuda(), .threads = 1});
  CHECK_THROWS_WITH(
      fovea::conv2d_workspace(ctx, {}, {1, 1 << 20, 1 << 11, 1}, {1, 1, 1, 1}),
      "conv2d: a padded image's size is 2148534273; on CUDA devices at most 2^31 - 1");
}

TEST_CASE("conv2d's workspace does not shrink as the batch grows") {
  const int threads = GENERATE(1, 3, 32);
  const Context ctx({.threads = threads});
  for (const ConvCase& c : cases::conv_cases()) {
    INFO(c.name());
    size_t before = 0;
    for (int64_t batch = 1; batch < 70; batch++) {
      const size_t bytes = fovea::conv2d_workspace(ctx, c.params, c.x.with_batch(batch), c.w);
      CHECK(bytes >= before);
      before = bytes;
    }
  }
}

TEST_CASE("conv2d of no samples") {
  fovea::test::for_each_device([](Context& ctx) {
    const ConvCase c = cases::conv_case({0, 5, 5, 3}, {4, 3, 3, 3});
    const cases::ConvResults r =
        cases::run_all(ctx, c, {Tensor(c.x), Tensor(c.w), Tensor({4}), Tensor(c.y())});
    CHECK(fovea::test::difference("dw", r.dw, std::vector<float>(4 * 27, 0.f)) == "");
    CHECK(fovea::test::difference("db", r.db, std::vector<float>(4, 0.f)) == "");
  });
}

TEST_CASE("conv2d refuses what does not fit, with a message") {
  Context ctx({.threads = 1});
  const auto message = [&](const ConvCase& c) -> std::string {
    try {
      (void)c.y();
    } catch (const ArgumentError& e) {
      return e.what();
    }
    return "";
  };
  CHECK_THAT(message(cases::conv_case({1, 4, 4, 3}, {8, 5, 3, 3})),
             Catch::Contains("5x3") && Catch::Contains("does not fit") && Catch::Contains("4x4"));
  CHECK_THAT(message(cases::conv_case({1, 9, 9, 4}, {8, 3, 3, 2}, {1, 1}, {}, 3)),
             Catch::Contains("groups is 3"));
  CHECK_THAT(message(cases::conv_case({1, 9, 9, 4}, {8, 3, 3, 2}, {1, 1}, {}, 0)),
             Catch::Contains("groups is 0"));
  CHECK_THAT(message(cases::conv_case({1, 9, 9, 4}, {8, 3, 3, 3})),
             Catch::Contains("w has 3 channels") && Catch::Contains("4 wanted"));
  CHECK_THAT(message(cases::conv_case({1, 9, 9, 4}, {8, 3, 3, 4}, {0, 1})),
             Catch::Contains("stride is 0x1"));
  CHECK_THAT(message({{9, 9, 4}, {8, 3, 3, 4}, {}}), Catch::Contains("(n, h, w, c)"));

  const ConvCase c = cases::conv_case({1, 5, 5, 3}, {4, 3, 3, 3});
  const Tensor x(c.x), w(c.w), b({4}), wrong({5});
  Tensor y(c.y()), small({1, 3, 3, 3}), bytes(c.y(), fovea::DType::u8), none;
  CHECK_THROWS_WITH(fovea::conv2d_forward(ctx, c.params, x, w, b, small),
                    "conv2d_forward: y has shape [1,3,3,3]; it must have shape [1,3,3,4]");
  CHECK_THROWS_WITH(fovea::conv2d_forward(ctx, c.params, x, w, b, none),
                    Catch::Contains("y is empty"));
  CHECK_THROWS_WITH(fovea::conv2d_forward(ctx, c.params, x, w, wrong, y),
                    Catch::Contains("b has shape [5]"));
  CHECK_THROWS_WITH(fovea::conv2d_forward(ctx, c.params, x, w, b, bytes),
                    Catch::Contains("y holds u8; it must hold f32"));
}
