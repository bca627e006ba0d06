// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers have the bits of the specified arithmetic on every exact SIMD
// target, with any number of threads and shards, and on a GPU.
#include "kernels/conv2d_cases.h"
#include "reference/exact_sums.h"
#include "support/settings.h"

#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/linear.h>
#include <fovea/kernels/simd.h>

#include <catch2/catch.hpp>

using cases::ConvCase;
using fovea::Context;
using fovea::Tensor;
using fovea::test::Values;
namespace exact = fovea::reference::exact;

namespace {

using Floats = std::vector<float>;

struct Expected {
  Floats y, dx, dw, db;
};

Expected expected(const ConvCase& c, const cases::ConvOperands& o, int shards) {
  const fovea::reference::Conv2d s(c.params, c.x, c.w);
  const auto x = fovea::test::elements<float>(o.x), w = fovea::test::elements<float>(o.w);
  const auto b = fovea::test::elements<float>(o.b), dy = fovea::test::elements<float>(o.dy);
  return {exact::conv2d_forward(s, x, w, b), exact::conv2d_data_gradient(s, dy, w),
          exact::conv2d_weight_gradient(s, x, dy, shards),
          exact::bias_gradient(dy, c.x[0], b.size(), shards)};
}

std::string difference(const cases::ConvResults& r, const Expected& want) {
  return fovea::test::difference("y", r.y, want.y) + fovea::test::difference("dx", r.dx, want.dx) +
         fovea::test::difference("dw", r.dw, want.dw) +
         fovea::test::difference("db", r.db, want.db);
}

// A linear layer is a convolution of one pixel.
std::string linear_difference(Context& ctx, const ConvCase& c, const cases::ConvOperands& o,
                              const Expected& want) {
  const int64_t batch = c.x[0], in = c.x[3], out = c.w[0];
  const Tensor x = o.x.reshaped({batch, in}), w = o.w.reshaped({out, in});
  const Tensor dy = o.dy.reshaped({batch, out});
  using fovea::test::to_host;
  const auto here = [&](const Tensor& t) { return fovea::test::to_device(ctx, t); };
  const auto result = [&](const fovea::Shape& s) { return here(fovea::test::unwritten(s)); };
  Tensor y = result({batch, out}), dx = result({batch, in});
  Tensor dw = result({out, in}), db = result({out});
  fovea::linear_forward(ctx, {.relu = c.params.relu}, here(x), here(w), here(o.b), y);
  fovea::linear_data_gradient(ctx, here(dy), here(w), {}, dx);
  fovea::linear_weight_gradient(ctx, here(x), here(dy), dw, db);
  return difference({to_host(y), to_host(dx), to_host(dw), to_host(db)}, want);
}

void check_bits(ConvCase c, int shards) {
  c.params.relu = c.x[0] % 2 == 0;
  INFO(c.name() << " shards " << shards);
  Values values(11);
  const cases::ConvOperands o{values.uniform(c.x), values.uniform(c.w), values.uniform({c.w[0]}),
                              values.uniform(c.y())};
  const Expected want = expected(c, o, shards);
  const bool linear = c.x[1] * c.x[2] * c.w[1] * c.w[2] == 1;
  const auto check = [&](Context& ctx) {
    CHECK(difference(cases::run_all(ctx, c, o), want) == "");
    if (linear) CHECK(linear_difference(ctx, c, o, want) == "");
  };
  for (const std::string& target : fovea::test::exact_simd_targets()) {
    const fovea::test::SimdLimit limit(target);
    for (const int threads : fovea::test::thread_counts()) {
      INFO(target << ", " << threads << " threads");
      Context ctx({.threads = threads, .shards = shards});
      check(ctx);
    }
  }
  if (!fovea::test::has_cuda()) return;
  INFO("cuda");
  Context ctx({.device = fovea::Device::cuda(), .threads = 1, .shards = shards});
  check(ctx);
}

}  // namespace

TEST_CASE("convolutions have the specified bits") {
  for (const ConvCase& c : fovea::test::sampled(cases::conv_cases())) check_bits(c, 8);
}

TEST_CASE("linear layers have the specified bits") {
  const std::vector<std::array<int64_t, 3>> all{
      {37, 300, 500}, {1, 17, 3}, {32, 2500, 130}, {3, 1, 1}, {64, 48, 97}};
  for (const auto& [batch, in, out] : fovea::test::sampled(all))
    check_bits(cases::conv_case({batch, 1, 1, in}, {out, 1, 1, in}), 8);
}

TEST_CASE("any number of shards has the specified bits") {
  for (const int shards : fovea::test::sampled(std::vector{1, 2, 3, 5, 6, 7, 13, 64})) {
    for (const int64_t batch : {1, 3, 6, 20}) {
      check_bits(cases::conv_case({batch, 6, 5, 9}, {20, 3, 3, 9}, {1, 1}, {1, 1, 1, 1}), shards);
      check_bits(cases::conv_case({batch, 1, 1, 40}, {30, 1, 1, 40}), shards);
    }
  }
}
