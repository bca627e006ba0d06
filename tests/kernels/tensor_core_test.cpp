// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers on tensor cores: exact on integers, else within the bound of a sum
// in fp32 of products of rounded factors.
#include "kernels/conv2d_cases.h"
#include "support/devices.h"
#include "support/environment.h"

#include <fovea/kernels/cast.h>
#include <fovea/kernels/linear.h>

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <functional>

using cases::conv_case;
using cases::ConvCase;
using cases::ConvOperands;
using cases::ConvResults;
using fovea::Context;
using fovea::Precision;
using fovea::Tensor;
using fovea::test::Values;
using Doubles = fovea::reference::Doubles;

namespace {

fovea::ContextOptions options_of(Precision precision) {
  return {.device = fovea::Device::cuda(),
          .threads = 1,
          .numerics = fovea::Numerics::fast,
          .precision = precision};
}

// Calls body(ctx) for each precision and tile.
void for_each_kernel(const std::function<void(Context&)>& body) {
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    for (const char* tile : {"128x128", "256x64", "64x64"}) {
      const fovea::test::EnvironmentSetting forced("FOVEA_CONV_TILE", tile);
      Context ctx(options_of(precision));
      CAPTURE(precision == Precision::tf32 ? "tf32" : "bf16", tile);
      body(ctx);
    }
  }
}

ConvOperands operands(const ConvCase& c, const std::function<Tensor(const fovea::Shape&)>& make) {
  return {make(c.x), make(c.w), make({c.w[0]}), make(c.y())};
}

// relu_output: empty, or x, as the data gradient takes it.
ConvResults run_all_on(Context& ctx, const ConvCase& c, const ConvOperands& o,
                       const Tensor& relu_output = {}) {
  const auto there = [&](const Tensor& t) { return t ? fovea::test::to_device(ctx, t) : t; };
  const auto result = [&](const fovea::Shape& s) { return there(fovea::test::unwritten(s)); };
  ConvResults r{result(c.y()), result(c.x), result(c.w), result({c.w[0]})};
  const Tensor x = there(o.x), w = there(o.w), dy = there(o.dy);
  fovea::conv2d_forward(ctx, c.params, x, w, there(o.b), r.y);
  fovea::conv2d_data_gradient(ctx, c.params, dy, w, there(relu_output), r.dx);
  fovea::conv2d_weight_gradient(ctx, c.params, x, dy, r.dw, r.db);
  for (Tensor* t : {&r.y, &r.dx, &r.dw, &r.db}) *t = fovea::test::to_host(*t);
  return r;
}

std::vector<ConvCase> cases_of_all_kinds() {
  std::vector<ConvCase> all = cases::conv_cases();
  std::erase_if(all, [](const ConvCase& c) { return c.w[1] == 11; });  // half a minute; smaller:
  all.push_back(conv_case({2, 15, 19, 3}, {16, 11, 11, 3}, {4, 4}));
  all.push_back(conv_case({1, 15, 15, 64}, {192, 5, 5, 32}, {1, 1}, {2, 2, 2, 2}, 2));
  all.push_back(conv_case({70, 1, 1, 36}, {10, 1, 1, 36}));
  return all;
}

float rounded(float value, Precision precision) {
  if (precision == Precision::bf16) return fovea::BFloat16::from_float(value).to_float();
  return std::bit_cast<float>((std::bit_cast<uint32_t>(value) + 0x1000u) & 0xffffe000u);
}

Doubles rounded_elements(const Tensor& t, Precision precision) {
  Doubles values;
  for (const float v : t.span<float>()) values.push_back(rounded(v, precision));
  return values;
}

Doubles absolute(Doubles values) {
  for (double& v : values) v = std::abs(v);
  return values;
}

// How often an element of `got` is further from `want` than `terms` roundings of sums as large as
// `size`.
int outside(const Tensor& got, const Doubles& want, const Doubles& size, int64_t terms) {
  int count = 0;
  for (size_t i = 0; i < want.size(); i++) {
    const double bound = std::ldexp(static_cast<double>(terms + 2), -24) * size[i];
    count += !(std::abs(got.span<float>()[i] - want[i]) <= bound);
  }
  return count;
}

}  // namespace

TEST_CASE("tensor cores are exact on integers") {
  if (!fovea::test::has_cuda()) return;
  // Each case by one of the kernels: all by each take a minute under the emulation.
  size_t kernel = 0;
  for_each_kernel([&](Context& ctx) {
    const std::vector<ConvCase> all = cases_of_all_kinds();
    for (size_t i = kernel++; i < all.size(); i += 6) {
      const ConvCase& c = all[i];
      INFO(c.name());
      Values values(7);
      const ConvOperands o =
          operands(c, [&](const fovea::Shape& shape) { return values.integers(shape); });
      const ConvResults r = run_all_on(ctx, c, o);
      const fovea::reference::Conv2d s(c.params, c.x, c.w);
      const auto x = fovea::test::elements<double>(o.x), w = fovea::test::elements<double>(o.w);
      const auto b = fovea::test::elements<double>(o.b), dy = fovea::test::elements<double>(o.dy);
      using fovea::test::difference;
      CHECK(difference("y", r.y, fovea::reference::conv2d_forward(s, x, w, b)) == "");
      CHECK(difference("dx", r.dx, fovea::reference::conv2d_data_gradient(s, dy, w)) == "");
      CHECK(difference("dw", r.dw, fovea::reference::conv2d_weight_gradient(s, x, dy)) == "");
      CHECK(difference("db", r.db, fovea::reference::bias_gradient(dy, b.size())) == "");
    }
  });
}

TEST_CASE("tensor cores sum products of rounded factors in fp32") {
  if (!fovea::test::has_cuda()) return;
  for_each_kernel([](Context& ctx) {
    for (const ConvCase& c : {conv_case({2, 9, 8, 48}, {40, 3, 3, 24}, {1, 1}, {1, 1, 1, 1}, 2),
                              conv_case({2, 15, 19, 3}, {16, 11, 11, 3}, {4, 4}),
                              conv_case({40, 1, 1, 300}, {70, 1, 1, 300})}) {
      INFO(c.name());
      Values values(9);
      const ConvOperands o =
          operands(c, [&](const fovea::Shape& shape) { return values.uniform(shape); });
      const ConvResults r = run_all_on(ctx, c, o);
      const fovea::reference::Conv2d s(c.params, c.x, c.w);
      const Precision p = ctx.precision();
      const Doubles x = rounded_elements(o.x, p), w = rounded_elements(o.w, p);
      const Doubles dy = rounded_elements(o.dy, p), b = fovea::test::elements<double>(o.b);
      const Doubles ax = absolute(x), aw = absolute(w), ady = absolute(dy);
      const int64_t taps = c.w[1] * c.w[2], pixels = c.y().elements() / c.w[0];
      using namespace fovea::reference;
      CHECK(outside(r.y, conv2d_forward(s, x, w, b), conv2d_forward(s, ax, aw, absolute(b)),
                    taps * c.w[3]) == 0);
      CHECK(outside(r.dx, conv2d_data_gradient(s, dy, w), conv2d_data_gradient(s, ady, aw),
                    taps * c.w[0]) == 0);
      CHECK(outside(r.dw, conv2d_weight_gradient(s, x, dy), conv2d_weight_gradient(s, ax, ady),
                    pixels) == 0);
    }
  });
}

TEST_CASE("tensor cores apply a ReLU and the gradient of one") {
  if (!fovea::test::has_cuda()) return;
  ConvCase c = conv_case({2, 6, 5, 20}, {17, 3, 3, 20}, {1, 1}, {1, 1, 1, 1});
  for_each_kernel([&](Context& ctx) {
    Values values(3);
    const ConvOperands o =
        operands(c, [&](const fovea::Shape& shape) { return values.integers(shape); });
    c.params.relu = false;
    const ConvResults plain = run_all_on(ctx, c, o);
    c.params.relu = true;
    const ConvResults relu = run_all_on(ctx, c, o, o.x);
    for (int64_t i = 0; i < plain.y.elements(); i++) {
      const float v = plain.y.span<float>()[i];
      CHECK(relu.y.span<float>()[i] == (v <= 0 ? 0.0f : v));
    }
    for (int64_t i = 0; i < plain.dx.elements(); i++) {
      const float g = plain.dx.span<float>()[i];
      CHECK(relu.dx.span<float>()[i] == (o.x.span<float>()[i] > 0 ? g : 0.0f));
    }
  });
}

TEST_CASE("weights that are rounded already give the bits of weights rounded on the way") {
  if (!fovea::test::has_cuda()) return;
  const fovea::test::EnvironmentSetting own_kernels("FOVEA_CUBLAS", "none");
  Context ctx(options_of(Precision::bf16));
  for (const ConvCase& c :
       {conv_case({2, 6, 5, 16}, {24, 3, 3, 8}, {1, 1}, {1, 1, 1, 1}, 2),
        conv_case({2, 7, 7, 8}, {9, 3, 3, 8}, {2, 2}), conv_case({2, 5, 5, 16}, {20, 1, 1, 16}),
        conv_case({2, 5, 5, 16}, {20, 1, 1, 16}, {2, 2}), conv_case({2, 6, 5, 12}, {10, 3, 3, 12}),
        conv_case({3, 1, 1, 40}, {17, 1, 1, 40}), conv_case({1, 17, 3, 8}, {8, 16, 1, 8})}) {
    INFO(c.name());
    Values values(3);
    const ConvOperands o =
        operands(c, [&](const fovea::Shape& shape) { return values.uniform(shape); });
    const ConvResults want = run_all_on(ctx, c, o);
    const auto there = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
    for (const int64_t shift : {0, 1}) {  // where chunks are aligned, and where they are not
      const int64_t n = o.w.elements();
      const Tensor all({n + 1}, fovea::DType::bf16, ctx.device());
      Tensor rounded = all.rows(shift, shift + n).reshaped(c.w);
      fovea::cast(ctx, there(o.w), rounded);
      const fovea::Weight w(there(o.w), rounded);
      Tensor y = there(fovea::test::unwritten(c.y())), dx = there(fovea::test::unwritten(c.x));
      fovea::conv2d_forward(ctx, c.params, there(o.x), w, there(o.b), y);
      fovea::conv2d_data_gradient(ctx, c.params, there(o.dy), w, {}, dx);
      using fovea::test::difference, fovea::test::elements, fovea::test::to_host;
      CHECK(difference("y", to_host(y), elements<float>(want.y)) == "");
      CHECK(difference("dx", to_host(dx), elements<float>(want.dx)) == "");
    }
  }
}

TEST_CASE("linear layers on tensor cores are exact on integers") {
  if (!fovea::test::has_cuda()) return;
  const fovea::test::EnvironmentSetting own_kernels("FOVEA_CUBLAS", "none");
  for_each_kernel([](Context& ctx) {
    for (const auto& [batch, in, out] :
         {std::array<int64_t, 3>{37, 300, 150}, {1, 17, 3}, {3, 1, 1}, {64, 48, 97}}) {
      CAPTURE(batch, in, out);
      Values values(5);
      const ConvCase c = conv_case({batch, 1, 1, in}, {out, 1, 1, in});
      const ConvOperands o =
          operands(c, [&](const fovea::Shape& shape) { return values.integers(shape); });
      const ConvResults want = run_all_on(ctx, c, o);
      const auto there = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
      const Tensor x = there(o.x).reshaped({batch, in}), w = there(o.w).reshaped({out, in});
      const Tensor dy = there(o.dy).reshaped({batch, out});
      Tensor y = there(Tensor({batch, out})), dx = there(Tensor({batch, in}));
      Tensor dw = there(Tensor({out, in})), db = there(Tensor(fovea::Shape{out}));
      ctx.workspace().reserve(fovea::linear_workspace(ctx, batch, in, out));
      const size_t planned = ctx.workspace().capacity();
      fovea::linear_forward(ctx, {}, x, w, there(o.b), y);
      fovea::linear_data_gradient(ctx, dy, w, {}, dx);
      fovea::linear_weight_gradient(ctx, x, dy, dw, db);
      CHECK(ctx.workspace().capacity() == planned);
      using fovea::test::difference, fovea::test::elements, fovea::test::to_host;
      CHECK(difference("y", to_host(y), elements<float>(want.y)) == "");
      CHECK(difference("dx", to_host(dx), elements<float>(want.dx)) == "");
      CHECK(difference("dw", to_host(dw), elements<float>(want.dw)) == "");
      CHECK(difference("db", to_host(db), elements<float>(want.db)) == "");
    }
  });
}

TEST_CASE("precisions below fp32 are refused where they cannot be") {
  CHECK_THROWS_WITH(Context({.numerics = fovea::Numerics::fast, .precision = Precision::tf32}),
                    Catch::Contains("need a GPU"));
  if (!fovea::test::has_cuda()) return;
  fovea::ContextOptions options = options_of(Precision::bf16);
  options.numerics = fovea::Numerics::exact;
  CHECK_THROWS_WITH(Context(options), Catch::Contains("need fast numerics"));
}
