// SPDX-License-Identifier: Apache-2.0
#include "reference/softmax.h"

#include "support/compare.h"
#include "support/error_message.h"
#include "support/finite_differences.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/softmax.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;

Tensor labels_for(const Shape& z) {
  return test::random_labels(z[0], static_cast<uint32_t>(z[1]), 7);
}

// Of the classes, in [0.25, 2.25).
Tensor weights_for(const Shape& z) {
  Tensor weights = random_tensor({z[1]}, 3);
  for (float& w : weights.span<float>()) w += 1.25f;
  return weights;
}

TEST_CASE("softmax and cross-entropy equal the references") {
  for (const Shape& shape :
       {Shape{1, 1}, Shape{3, 2}, Shape{5, 17}, Shape{2, 64}, Shape{9, 1000}, Shape{2, 5003}}) {
    const Tensor z = random_tensor(shape, 1, 30), labels = labels_for(shape);
    const auto p_float = reference::softmax(Array<float>::from(z));
    const auto p_double = reference::softmax(Array<double>::from(z));
    for (const CrossEntropyParams& params :
         {CrossEntropyParams{}, CrossEntropyParams{0.1f, 0}, CrossEntropyParams{0, 70}}) {
      const auto indices = Array<int32_t>::from(labels);
      const auto want = reference::softmax_cross_entropy(params, Array<float>::from(z), indices);
      const auto want_double =
          reference::softmax_cross_entropy(params, Array<double>::from(z), indices);
      test::for_each_setting([&](Context& ctx) {
        CAPTURE(shape.to_string(), params.label_smoothing, params.divisor);
        const Tensor z_here = test::to_device(ctx, z), truth = test::to_device(ctx, labels);
        Tensor p = test::new_tensor(ctx, shape), losses = test::new_tensor(ctx, {shape[0]});
        Tensor dz = test::new_tensor(ctx, shape), none;
        softmax_forward(ctx, z_here, p);
        CHECK(test::bits_differ(p, p_float) == "");
        CHECK(test::values_differ(p, p_double, 5e-6, 1e-30) == "");
        softmax_cross_entropy(ctx, params, z_here, truth, losses, dz);
        CHECK(test::bits_differ(losses, want.losses) == "");
        CHECK(test::bits_differ(dz, want.dz) == "");
        CHECK(test::values_differ(losses, want_double.losses, 1e-6, 1e-5) == "");
        CHECK(test::values_differ(dz, want_double.dz, 5e-6, 1e-7) == "");

        losses.zero();
        softmax_cross_entropy(ctx, params, z_here, truth, losses, none);
        CHECK(test::bits_differ(losses, want.losses) == "");
        Tensor in_place = test::to_device(ctx, z);
        softmax_cross_entropy(ctx, params, in_place, truth, losses, in_place);
        CHECK(test::bits_differ(losses, want.losses) == "");
        CHECK(test::bits_differ(in_place, want.dz) == "");
      });
    }
  }
}

TEST_CASE("weighted cross-entropy equals the references") {
  for (const Shape& shape : {Shape{1, 1}, Shape{5, 17}, Shape{2, 64}, Shape{70, 130}}) {
    const Tensor z = random_tensor(shape, 1, 30), labels = labels_for(shape),
                 weights = weights_for(shape);
    const auto indices = Array<int32_t>::from(labels);
    for (const float smoothing : {0.0f, 0.2f}) {
      for (const float divisor : {0.0f, 70.5f}) {
        const CrossEntropyParams params{smoothing, divisor, weights};
        const auto want = reference::weighted_cross_entropy(params, Array<float>::from(weights),
                                                            Array<float>::from(z), indices);
        const auto want_double = reference::weighted_cross_entropy(
            params, Array<double>::from(weights), Array<double>::from(z), indices);
        test::for_each_setting([&](Context& ctx) {
          CAPTURE(shape.to_string(), smoothing, divisor);
          CrossEntropyParams here = params;
          here.class_weights = test::to_device(ctx, weights);
          const Tensor z_here = test::to_device(ctx, z), truth = test::to_device(ctx, labels);
          Tensor losses = test::new_tensor(ctx, {shape[0]});
          Tensor dz = test::new_tensor(ctx, shape), none;
          softmax_cross_entropy(ctx, here, z_here, truth, losses, dz);
          CHECK(test::bits_differ(losses, want.losses) == "");
          CHECK(test::bits_differ(dz, want.dz) == "");
          CHECK(test::values_differ(losses, want_double.losses, 1e-6, 1e-5) == "");
          CHECK(test::values_differ(dz, want_double.dz, 5e-6, 1e-7) == "");
          losses.zero();
          softmax_cross_entropy(ctx, here, z_here, truth, losses, none);
          CHECK(test::bits_differ(losses, want.losses) == "");
          Tensor in_place = test::to_device(ctx, z);
          softmax_cross_entropy(ctx, here, in_place, truth, losses, in_place);
          CHECK(test::bits_differ(in_place, want.dz) == "");
        });
      }
    }
  }
}

TEST_CASE("without smoothing equal weights change nothing but the scale") {
  Context ctx({.threads = 1});
  const Shape shape{5, 17};
  const Tensor z = random_tensor(shape, 1, 30), labels = labels_for(shape);
  Tensor twos({17}), losses({5}), dz(shape), weighted_losses({5}), weighted_dz(shape);
  for (float& w : twos.span<float>()) w = 2;
  softmax_cross_entropy(ctx, {}, z, labels, losses, dz);
  const CrossEntropyParams params{.class_weights = twos};
  softmax_cross_entropy(ctx, params, z, labels, weighted_losses, weighted_dz);
  CHECK(test::bits_differ(weighted_dz, Array<float>::from(dz)) == "");
  CHECK(loss_divisor(params, labels) == 10);
  for (int i = 0; i < 5; i++)
    CHECK(weighted_losses.data<float>()[i] == 2 * losses.data<float>()[i]);
}

// torch.nn.functional.cross_entropy([[0, log 2, log 5], [log 3, 0, 0]], [2, 0], weight=[1, 2, 4]):
// p = (1/8, 2/8, 5/8) and (3/5, 1/5, 1/5), divided by 4 + 1.
TEST_CASE("weighted cross-entropy of a worked example") {
  Context ctx({.threads = 1});
  const auto log_of = [](double v) { return static_cast<float>(std::log(v)); };
  const Tensor z = Tensor::from<float>({2, 3}, {0, log_of(2), log_of(5), log_of(3), 0, 0});
  const Tensor labels = Tensor::from<int32_t>({2}, {2, 0});
  Tensor losses({2}), dz({2, 3});
  const CrossEntropyParams params{.class_weights = Tensor::from<float>({3}, {1, 2, 4})};
  softmax_cross_entropy(ctx, params, z, labels, losses, dz);
  CHECK(losses.data<float>()[0] == Approx(4 * std::log(8.0 / 5)));
  CHECK(losses.data<float>()[1] == Approx(std::log(5.0 / 3)));
  const std::vector<double> gradient{0.8 / 8, 0.8 * 2 / 8, -0.8 * 3 / 8, -0.08, 0.2 / 5, 0.2 / 5};
  for (int i = 0; i < 6; i++)
    CHECK(dz.data<float>()[i] == Approx(gradient[static_cast<size_t>(i)]));
}

TEST_CASE("large logits neither overflow nor lose the loss") {
  test::for_each_device([](Context& ctx) {
    const Tensor z =
        Tensor::from<float>({2, 3}, {3e38f, -3e38f, 0, 1000, 1000, 1000}).to(ctx.device());
    const Tensor labels = Tensor::from<int32_t>({2}, {2, 1}).to(ctx.device());
    Tensor p = test::new_tensor(ctx, {2, 3}), losses = test::new_tensor(ctx, {2});
    Tensor dz = test::new_tensor(ctx, {2, 3});
    softmax_forward(ctx, z, p);
    const auto probabilities = Array<float>::from(p);
    CHECK(probabilities[0] == 1);
    CHECK(probabilities[1] == 0);
    CHECK(probabilities[4] == 1.0f / 3);
    softmax_cross_entropy(ctx, {}, z, labels, losses, dz);
    const auto values = Array<float>::from(losses);
    CHECK(values[0] == 3e38f);
    CHECK(values[1] == Approx(std::log(3.0)));
  });
}

TEST_CASE("a NaN or infinite logit makes the row NaN") {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    test::for_each_device([bad](Context& ctx) {
      const Tensor z = Tensor::from<float>({2, 3}, {0, bad, 1, 0, 0, 0}).to(ctx.device());
      Tensor p = test::new_tensor(ctx, {2, 3}), losses = test::new_tensor(ctx, {2}), none;
      softmax_forward(ctx, z, p);
      CHECK(std::isnan(Array<float>::from(p)[1]));
      CHECK(Array<float>::from(p)[3] == 1.0f / 3);
      const Tensor labels = Tensor::from<int32_t>({2}, {0, 0}).to(ctx.device());
      softmax_cross_entropy(ctx, {}, z, labels, losses, none);
      CHECK(!std::isfinite(Array<float>::from(losses)[0]));
    });
  }
}

TEST_CASE("on a GPU a label out of range makes the sample NaN, and no other") {
  if (!test::has_cuda()) return;
  Context ctx({.device = Device::cuda(), .threads = 1});
  const Tensor z = random_tensor({3, 5}, 1).to(ctx.device());
  Tensor losses = test::new_tensor(ctx, {3}), dz = test::new_tensor(ctx, {3, 5});
  const Tensor labels = Tensor::from<int32_t>({3}, {5, 4, -1}).to(ctx.device());
  softmax_cross_entropy(ctx, {}, z, labels, losses, dz);
  const auto values = Array<float>::from(losses), gradient = Array<float>::from(dz);
  CHECK(std::isnan(values[0]));
  CHECK(std::isfinite(values[1]));
  CHECK(std::isnan(values[2]));
  for (int64_t i = 0; i < 15; i++) CHECK(std::isfinite(gradient[i]) == (i / 5 == 1));
}

TEST_CASE("labels are ranked among the logits with ties by index and a NaN first") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor z = Tensor::from<float>({6, 7}, {9,   1, 2, 3, 4, 5, 6,     //
                                                0,   1, 2, 3, 4, 5, 6,     //
                                                1,   1, 1, 1, 1, 1, 1,     //
                                                nan, 8, 0, 0, 0, 0, 0,     //
                                                nan, 8, 0, 0, 0, 0, 0,     //
                                                0,   0, 0, 0, 0, 0, -1});  //
  const Tensor labels = Tensor::from<int32_t>({6}, {0, 2, 1, 1, 0, 6});
  test::for_each_device([&](Context& ctx) {
    Tensor ranks({6}, DType::i32, ctx.device());
    label_ranks(ctx, z.to(ctx.device()), labels.to(ctx.device()), ranks);
    const Tensor got = test::to_host(ranks);
    CHECK(std::ranges::equal(got.span<int32_t>(), std::vector<int32_t>{0, 4, 1, 1, 7, 6}));
  });
}

TEST_CASE("labels of many classes are ranked alike on all devices") {
  const Shape shape{5, 1000};
  const Tensor z = random_tensor(shape, 1), labels = labels_for(shape);
  test::for_each_device([&](Context& ctx) {
    Tensor ranks({5}, DType::i32, ctx.device());
    label_ranks(ctx, z.to(ctx.device()), labels.to(ctx.device()), ranks);
    const Tensor got = test::to_host(ranks);
    for (int64_t n = 0; n < 5; n++) {
      const float* row = z.data<float>() + n * 1000;
      const float own = row[labels.data<int32_t>()[n]];
      CHECK(got.data<int32_t>()[n] ==
            std::count_if(row, row + 1000, [=](float v) { return v > own; }));
    }
  });
}

TEST_CASE("the gradient of the cross-entropy reference agrees with finite differences") {
  const Shape shape{3, 5};
  const auto labels = Array<int32_t>::from(labels_for(shape));
  const auto z = test::random_array(shape, 1, 2);
  for (const CrossEntropyParams& params : {CrossEntropyParams{}, CrossEntropyParams{0.2f, 11}}) {
    const auto mean = [&](const Array<double>& at) {
      Array<double> loss(Shape{1});
      const auto losses = reference::softmax_cross_entropy(params, at, labels).losses;
      for (const double v : losses.values)
        loss[0] += v / (params.divisor > 0 ? params.divisor : 3.0);
      return loss;
    };
    Array<double> one(Shape{1});
    one[0] = 1;
    test::check_gradient(mean, z, one, reference::softmax_cross_entropy(params, z, labels).dz);
  }
}

TEST_CASE("the gradient of the weighted reference agrees with finite differences") {
  const Shape shape{3, 5};
  const auto labels = Array<int32_t>::from(labels_for(shape));
  const auto z = test::random_array(shape, 1, 2), w = Array<double>::from(weights_for(shape));
  for (const CrossEntropyParams& params : {CrossEntropyParams{}, CrossEntropyParams{0.2f, 11}}) {
    const double of_labels = w[labels[0]] + w[labels[1]] + w[labels[2]];
    const auto mean = [&](const Array<double>& at) {
      Array<double> loss(Shape{1});
      const auto losses = reference::weighted_cross_entropy(params, w, at, labels).losses;
      for (const double v : losses.values)
        loss[0] += v / (params.divisor > 0 ? params.divisor : of_labels);
      return loss;
    };
    Array<double> one(Shape{1});
    one[0] = 1;
    test::check_gradient(mean, z, one, reference::weighted_cross_entropy(params, w, z, labels).dz);
  }
}

TEST_CASE("softmax names what does not fit") {
  Context ctx({.threads = 1});
  Tensor z({2, 3}), losses({2}), none;
  CHECK(test::error_message<ArgumentError>([&] {
          softmax_cross_entropy(ctx, {}, z, Tensor::from<int32_t>({2}, {0, 3}), losses, none);
        }) ==
        "softmax_cross_entropy: label 3 of sample 1 is not in [0, 3); labels are class indices "
        "from 0");
  CHECK(test::error_message<ArgumentError>([&] {
          softmax_cross_entropy(ctx, {.class_weights = Tensor({2})}, z,
                                Tensor::from<int32_t>({2}, {0, 1}), losses, none);
        }) == "softmax_cross_entropy: class_weights has shape [2]; it must have shape [3]");
  Tensor flat({6});
  CHECK(test::error_message<ArgumentError>([&] { softmax_forward(ctx, flat, flat); }) ==
        "softmax_forward: z has shape [6]; it must have 2 axes, (n, classes)");
}

}  // namespace
}  // namespace fovea
