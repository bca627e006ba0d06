// SPDX-License-Identifier: Apache-2.0
// Convolution on several hundred shapes and on AlexNet's layers, on every device: integers, where
// the double reference is exact, at tolerance 0.
#include "kernels/alexnet_cases.h"
#include "support/environment.h"
#include "support/sanitized.h"

using cases::conv_case;
using cases::ConvCase;
using fovea::Context;
using fovea::Extent2d;
using fovea::Padding;
using fovea::test::EnvironmentSetting;
using fovea::test::Values;

namespace {

// 280 small shapes of all kinds: the same ones at each run.
std::vector<ConvCase> mixed_shapes() {
  Values values(2026);
  const auto pick = [&](std::initializer_list<int64_t> from) {
    return from.begin()[values.bits() % from.size()];
  };
  std::vector<ConvCase> shapes;
  while (shapes.size() < 280) {
    const int64_t groups = pick({1, 1, 2, 3}), channels = pick({1, 2, 3, 4, 5, 8, 12, 16, 20, 33});
    const int64_t outputs = groups * pick({1, 3, 4, 7, 8, 16, 31, 36, 64});
    const Extent2d kernel{pick({1, 2, 3, 5}), pick({1, 2, 3, 5})},
        stride{pick({1, 1, 2, 3}), pick({1, 1, 2, 4})};
    const Extent2d dilation{pick({1, 1, 1, 2}), pick({1, 1, 1, 3})};
    const Padding padding{pick({0, 1, 2}), pick({0, 1, 2}), pick({0, 1, 2}), pick({0, 1, 3})};
    const int64_t h = (kernel.h - 1) * dilation.h + pick({1, 2, 4, 7}),
                  w = (kernel.w - 1) * dilation.w + pick({1, 3, 5, 8});
    shapes.push_back(conv_case({pick({1, 2, 3, 9}), h, w, groups * channels},
                               {outputs, kernel.h, kernel.w, channels}, stride, padding, groups,
                               dilation,
                               pick({0, 1}) != 0 ? fovea::Rounding::ceil : fovea::Rounding::floor));
  }
  return shapes;
}

// Of maps small enough for the reference's loops.
std::vector<ConvCase> alexnet_of_small_maps(int64_t batch) {
  std::vector<ConvCase> layers = cases::alexnet_of_the_paper(batch);
  for (ConvCase& c : layers) {
    const int64_t h = 2 * c.w[1] + 1, w = 2 * c.w[2] - 1;
    c.x = {batch, h, w, c.x[3]};
  }
  return layers;
}

}  // namespace

TEST_CASE("conv2d on hundreds of shapes equals the double reference") {
  fovea::test::for_each_device([](Context& ctx) {
    for (const ConvCase& c : fovea::test::sampled(mixed_shapes())) {
      INFO(c.name());
      CHECK(cases::integer_difference(ctx, c) == "");
    }
  });
}

TEST_CASE("conv2d of AlexNet's layers on small maps equals the double reference") {
  for (const int64_t batch : fovea::test::kSanitized ? std::vector{1} : std::vector{1, 2}) {
    for (const ConvCase& c : fovea::test::sampled(alexnet_of_small_maps(batch))) {
      INFO(c.name());
      fovea::test::for_each_device(
          [&](Context& ctx) { CHECK(cases::integer_difference(ctx, c) == ""); });
    }
  }
}

TEST_CASE("conv2d of AlexNet's layers has the same bits on every device") {
  if (!fovea::test::has_cuda()) return;
  const EnvironmentSetting setting("FOVEA_CONV_TILE", "128x128");  // the fastest one to emulate
  for (const ConvCase& c : cases::alexnet_of_the_paper(1)) {
    INFO(c.name());
    Values values(3);
    const cases::ConvOperands o{values.uniform(c.x), values.uniform(c.w), values.uniform({c.w[0]}),
                                values.uniform(c.y())};
    Context cpu({.threads = 2}), cuda({.device = fovea::Device::cuda(), .threads = 1});
    const cases::ConvResults want = cases::run_all(cpu, c, o), got = cases::run_all(cuda, c, o);
    const auto same = [](const fovea::Tensor& a, const fovea::Tensor& b) {
      return fovea::test::first_difference(a, fovea::test::elements<float>(b)) == -1;
    };
    CHECK(same(got.y, want.y));
    CHECK(same(got.dx, want.dx));
    CHECK(same(got.dw, want.dw));
    CHECK(same(got.db, want.db));
  }
}

TEST_CASE("conv2d on CUDA gives the same on every tile") {
  if (!fovea::test::has_cuda()) return;
  Context ctx({.device = fovea::Device::cuda(), .threads = 1});
  for (const char* tile : {"128x128", "64x64", "32x32"}) {
    const EnvironmentSetting setting("FOVEA_CONV_TILE", tile);
    for (const ConvCase& c : cases::conv_cases()) {
      INFO(tile << " " << c.name());
      CHECK(cases::integer_difference(ctx, c) == "");
    }
  }
  const EnvironmentSetting setting("FOVEA_CONV_TILE", "7x7");
  const ConvCase c = cases::conv_cases()[1];
  CHECK_THROWS_WITH(cases::integer_difference(ctx, c),
                    "FOVEA_CONV_TILE is 7x7; it must be 128x128, 64x64, 32x32 or 256x64");
}
