// SPDX-License-Identifier: Apache-2.0
#include "reference/dropout.h"

#include "reference/activation.h"
#include "support/compare.h"
#include "support/error_message.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/dropout.h>

#include <catch2/catch.hpp>

#include <array>
#include <numeric>
#include <vector>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;
using ScaleAt = DropoutParams::ScaleAt;

TEST_CASE("dropout draws the numbers of RandomStream and equals the reference bit for bit") {
  const std::vector<uint32_t> samples{5, 0, 4000000000, 7};
  const DropoutMask mask{.seed = 0x123456789abcdef0, .layer = 3, .epoch = 9, .samples = samples};
  for (const float p : {0.0f, 0.5f, 0.3f, 0.999999f}) {
    for (const ScaleAt scale_at : {ScaleAt::train, ScaleAt::test}) {
      const DropoutParams params{p, scale_at};
      for (const Shape& shape : {Shape{4, 1}, Shape{4, 17}, Shape{4, 3, 5, 67}, Shape{4, 9216}}) {
        const Tensor x = random_tensor(shape, 1), out = random_tensor(shape, 2);
        const auto want = reference::dropout(params, mask, Array<float>::from(x));
        const auto want_double = reference::dropout(params, mask, Array<double>::from(x));
        const auto masked = reference::relu_gradient(Array<float>::from(out), want);
        test::for_each_setting([&](Context& ctx) {
          CAPTURE(p, shape.to_string());
          const Tensor x_here = test::to_device(ctx, x);
          Tensor y = test::new_tensor(ctx, shape), dx = test::new_tensor(ctx, shape);
          dropout_forward(ctx, params, mask, x_here, y);
          CHECK(test::bits_differ(y, want) == "");
          CHECK(test::values_differ(y, want_double, 2e-7) == "");
          dropout_backward(ctx, params, mask, x_here, Tensor(), dx);
          CHECK(test::bits_differ(dx, want) == "");
          dx.copy_from(x);
          dropout_backward(ctx, params, mask, dx, test::to_device(ctx, out), dx);
          CHECK(test::bits_differ(dx, masked) == "");
        });
      }
    }
  }
}

TEST_CASE("a sample's mask depends on neither its row nor its batch") {
  Context ctx({.threads = 2});
  const Tensor x = random_tensor({3, 1000}, 1);
  Tensor y({3, 1000}), alone({1, 1000});
  const std::array<uint32_t, 3> all{8, 2, 6}, one{2};
  dropout_forward(ctx, {}, {.samples = all}, x, y);
  dropout_forward(ctx, {}, {.samples = std::span(one).first(1)}, x.rows(1, 2), alone);
  CHECK(test::bits_differ(y.rows(1, 2), alone) == "");
}

// What a rank drops of its columns of a map, or of its features, is what one device drops there.
TEST_CASE("a part of a row has its part of the row's mask") {
  const std::vector<uint32_t> samples{5, 0};
  const Tensor part = random_tensor({2, 840}, 1);
  const DropoutParams params{.p = 0.4f};
  for (const int64_t run : {1, 3, 4, 20, 70, 280, 840}) {  // of neighbours, in strides of two runs
    for (const int64_t side : {0, 1}) {
      const DropoutMask mask{.seed = 7,
                             .layer = 3,
                             .samples = samples,
                             .elements = {.run = run, .stride = 2 * run, .offset = side * run}};
      const auto want = reference::dropout(params, mask, Array<float>::from(part));
      test::for_each_setting([&](Context& ctx) {
        CAPTURE(run, side);
        Tensor y = test::new_tensor(ctx, part.shape());
        dropout_forward(ctx, params, mask, test::to_device(ctx, part), y);
        CHECK(test::bits_differ(y, want) == "");
      });
    }
  }
}

TEST_CASE("dropout keeps 1 - p of the elements") {
  Context ctx({.threads = 2});
  std::vector<uint32_t> samples(100);
  std::iota(samples.begin(), samples.end(), 0);
  Tensor x({100, 1000}), y({100, 1000});
  for (float& v : x.span<float>()) v = 1;
  dropout_forward(ctx, {.p = 0.2f}, {.samples = samples}, x, y);
  int64_t kept = 0;
  for (const float v : y.span<float>()) {
    REQUIRE((v == 0 || v == 1.25f));
    kept += v != 0;
  }
  CHECK(static_cast<double>(kept) / 1e5 == Approx(0.8).margin(0.005));
}

TEST_CASE("dropout in evaluation is the identity, or scales by 1 - p") {
  const Tensor x = random_tensor({7, 5003}, 1);
  auto want = Array<float>::from(x);
  for (float& v : want.values) v *= 0.75f;
  test::for_each_device([&](Context& ctx) {
    const Tensor x_here = test::to_device(ctx, x);
    Tensor y = test::new_tensor(ctx, x.shape());
    dropout_inference(ctx, {.p = 0.25f}, x_here, y);
    CHECK(test::bits_differ(y, x) == "");
    dropout_inference(ctx, {.p = 0.25f, .scale_at = ScaleAt::test}, x_here, y);
    CHECK(test::bits_differ(y, want) == "");
  });
}

TEST_CASE("dropout names what does not fit") {
  Context ctx({.threads = 1});
  Tensor x({2, 3}), y({2, 3});
  const std::array<uint32_t, 3> samples{0, 1, 2};
  CHECK(test::error_message<ArgumentError>([&] {
          dropout_forward(ctx, {.p = 1}, {.samples = samples}, x, y);
        }) == "dropout_forward: p is 1.000000; it must be in [0, 1)");
  CHECK(test::error_message<ArgumentError>([&] {
          dropout_forward(ctx, {}, {.samples = samples}, x, y);
        }) == "dropout_forward: the mask names 3 samples for a batch of 2; give one index per row");
  const std::array<uint32_t, 2> rows{0, 1};
  CHECK(test::error_message<ArgumentError>([&] {
          dropout_forward(ctx, {}, {.samples = rows, .elements = {3, 4, 2}}, x, y);
        }) == "dropout_forward: runs of 3 elements from 2 on do not fit in strides of 4");
}

}  // namespace
}  // namespace fovea
