// SPDX-License-Identifier: Apache-2.0
// Dropout, softmax, sums, clipping and the update.
#include "on_both.h"

#include <fovea/kernels/cast.h>
#include <fovea/kernels/clip.h>
#include <fovea/kernels/dropout.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/kernels/pixels.h>
#include <fovea/kernels/sgd.h>
#include <fovea/kernels/softmax.h>

#include <bit>

namespace fovea {
namespace {

using test::check_on_both;
using test::random_tensor;
using Tensors = std::vector<Tensor>;

TEST_CASE("dropout on the GPU, checked") {
  const std::vector<uint32_t> samples{5, 0, 4000000000};
  const DropoutMask mask{.seed = 77, .layer = 3, .epoch = 9, .samples = samples};
  for (const int64_t width : {1, 17, 64, 1028}) {
    const Shape shape{3, width};
    check_on_both({random_tensor(shape, 1), random_tensor(shape, 2), Tensor(shape), Tensor(shape),
                   Tensor(shape)},
                  [&](Context& ctx, Tensors& t) {
                    dropout_forward(ctx, {.p = 0.4f}, mask, t[0], t[2]);
                    dropout_backward(ctx, {.p = 0.4f}, mask, t[0], t[1], t[3]);
                    dropout_inference(ctx, {.scale_at = DropoutParams::ScaleAt::test}, t[0], t[4]);
                  });
  }
}

TEST_CASE("softmax and cross-entropy on the GPU, checked") {
  for (const Shape& shape : {Shape{1, 1}, Shape{3, 17}, Shape{2, 200}}) {
    const Tensor labels = test::random_labels(shape[0], static_cast<uint32_t>(shape[1]), 7);
    Tensor weights = random_tensor({shape[1]}, 3);
    for (float& w : weights.span<float>()) w += 1.25f;
    for (const float smoothing : {0.0f, 0.1f}) {
      check_on_both({random_tensor(shape, 1, 20), labels, weights, Tensor(shape), Tensor(shape),
                     Tensor(Shape{shape[0]}), Tensor(shape)},
                    [&](Context& ctx, Tensors& t) {
                      softmax_forward(ctx, t[0], t[3]);
                      softmax_cross_entropy(ctx, {smoothing, 0, t[2]}, t[0], t[1], t[5], t[4]);
                      softmax_cross_entropy(ctx, {smoothing, 70}, t[0], t[1], t[5], t[6]);
                      Tensor ranks({shape[0]}, DType::i32, ctx.device());
                      label_ranks(ctx, t[0], t[1], ranks);
                    });
    }
  }
}

TEST_CASE("sums and concatenation on the GPU, checked") {
  check_on_both({random_tensor({3, 5, 2}, 1), random_tensor({3, 5, 4}, 2), Tensor({3, 5, 6}),
                 Tensor({3, 5, 2}), Tensor({3, 5, 4}), Tensor({3, 5, 6}), Tensor({1})},
                [](Context& ctx, Tensors& t) {
                  concat(ctx, std::span(t).first(2), t[2]);
                  split(ctx, t[2], std::span(t).subspan(3, 2));
                  add(ctx, t[2], t[2], t[5]);
                  t[6].copy_from(Tensor::from<float>({1}, {sum(ctx, t[5])}));
                });
}

TEST_CASE("clipping on the GPU, checked") {
  for (const int64_t n : {0, 1, 17, 16390}) {
    check_on_both({random_tensor({n}, 1, 3), Tensor({1})}, [](Context& ctx, Tensors& t) {
      const auto norm = static_cast<float>(sum_of_squares(ctx, t[0]));
      t[1].copy_from(Tensor::from<float>({1}, {norm}));
      clamp(ctx, 0.5f, t[0]);
      scale(ctx, 0.3f, t[0]);
      Tensor squares({1}, DType::f64, ctx.device()), halted({1}, DType::i32, ctx.device());
      sum_of_squares(ctx, t[0], squares);
      limit_norm(ctx, 0.7f, squares, t[0]);
      halt_unless_finite(ctx, t[1], squares, halted);
    });
  }
}

TEST_CASE("pixels on the GPU, checked") {
  for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{2, 5, 9, 3}, Shape{3, 4, 4, 4}}) {
    for (const Shape& mean : {Shape{1, 1, shape[3]}, Shape{6, 7, shape[3]}}) {
      const Tensor pixels(shape, DType::u8), views({shape[0], kPixelViewWords}, DType::i32);
      for (int64_t i = 0; i < pixels.elements(); i++)
        pixels.data<uint8_t>()[i] = static_cast<uint8_t>(37 * i);
      for (int64_t i = 0; i < views.elements(); i++) {
        const auto word = static_cast<int32_t>(i % 8);
        const float number = word == 6 ? 1.1f : static_cast<float>(i) * 0.3f;
        views.data<int32_t>()[i] =
            word < 3 ? static_cast<int32_t>(i % 5) - 1 : std::bit_cast<int32_t>(number);
      }
      check_on_both(
          {pixels, random_tensor(mean, 1), random_tensor(Shape{shape[3]}, 2), Tensor(shape)},
          [&](Context& ctx, Tensors& t) {
            pixels_to_floats(ctx, {255, t[1], t[2]}, t[0], views.to(ctx.device()), t[3]);
          });
    }
  }
}

TEST_CASE("the update on the GPU, checked") {
  for (const SgdForm form : {SgdForm::paper, SgdForm::pytorch}) {
    const SgdParams params{0.1f, 0.9f, 5e-4f, form};
    check_on_both(
        {random_tensor({131}, 1), random_tensor({131}, 2), random_tensor({131}, 3), Tensor({131})},
        [&](Context& ctx, Tensors& t) {
          sgd_update(ctx, params, t[0], t[1], t[2]);
          Tensor v = t[1].rows(1, 100), w = t[2].rows(1, 100);
          sgd_update(ctx, params, t[0].rows(1, 100), v, w);
          SgdParams halting = params;
          halting.halted = Tensor({1}, DType::i32, ctx.device());
          sgd_update(ctx, halting, t[0].rows(1, 100), v, w);
          SgdParams rounding = params;
          rounding.rounded = Tensor({131}, DType::bf16, ctx.device());
          sgd_update(ctx, rounding, t[0], t[1], t[2]);
          cast(ctx, rounding.rounded, t[3]);
        });
  }
}

}  // namespace
}  // namespace fovea
