// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/random_tensor.h"
#include "support/settings.h"
#include "support/values.h"

#include <fovea/core/error.h>
#include <fovea/kernels/pixels.h>

#include <catch2/catch.hpp>

#include <bit>
#include <vector>

namespace fovea {
namespace {

Tensor bytes(const Shape& shape) {
  const Tensor pixels(shape, DType::u8);
  uint32_t state = 1;
  for (uint8_t& pixel : pixels.span<uint8_t>()) {
    state = state * 1664525 + 1013904223;
    pixel = static_cast<uint8_t>(state >> 24);
  }
  return pixels;
}

// Views that reach out of a mean on every side.
Tensor views_of(int64_t pictures) {
  const Tensor views({pictures, kPixelViewWords}, DType::i32);
  for (int32_t i = 0; i < pictures; i++) {
    int32_t* words = views.data<int32_t>() + i * kPixelViewWords;
    const std::vector<int32_t> places{3 * i - 2, 5 - 2 * i, i % 2};
    std::ranges::copy(places, words);
    for (int c = 0; c < 3; c++)
      words[3 + c] = std::bit_cast<int32_t>(static_cast<float>(i * (c - 1)) * 1.7f);
    words[6] = std::bit_cast<int32_t>(i == 0 ? 1.0f : 1.1f);
  }
  return views;
}

PixelParams params_of(const Shape& mean, float scale) {
  Tensor deviation = test::random_tensor(Shape{mean[2]}, 5);
  for (float& v : deviation.span<float>()) v = v * v + 0.5f;
  return {scale, test::random_tensor(mean, 3), deviation};
}

std::vector<float> expected_floats(const PixelParams& params, const Tensor& pixels,
                                   const Tensor& views) {
  std::vector<float> x;
  const Shape &shape = pixels.shape(), &mean = params.mean.shape();
  const auto held = [](int64_t at, int64_t extent) {
    return std::min(std::max<int64_t>(at, 0), extent - 1);
  };
  for (int64_t i = 0; i < pixels.elements(); i++) {
    const int64_t c = i % shape[3], column = i / shape[3] % shape[2];
    const int64_t line = i / shape[3] / shape[2], row = line % shape[1];
    const int32_t* view = views.data<int32_t>() + line / shape[1] * kPixelViewWords;
    const int64_t y = held(view[0] + row, mean[0]);
    const int64_t at = held(view[2] != 0 ? view[1] - column : view[1] + column, mean[1]);
    const float m = params.mean.data<float>()[(y * mean[1] + at) * mean[2] + c];
    const float light = c < 3 ? std::bit_cast<float>(view[3 + c]) : 0;
    const volatile float lit = static_cast<float>(pixels.data<uint8_t>()[i]) + light;
    const volatile float scaled = lit / params.scale, centred = scaled - m;
    const volatile float divided = centred / std::bit_cast<float>(view[6]);
    x.push_back(divided / params.deviation.data<float>()[c]);
  }
  return x;
}

TEST_CASE("pixels become numbers by the formula, with one mean or a mean image") {
  for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{2, 5, 7, 3}, Shape{3, 4, 4, 4},
                             Shape{1, 3, 3, 5}, Shape{3, 17, 19, 3}, Shape{0, 4, 4, 3}}) {
    for (const Shape& mean : {Shape{1, 1, shape[3]}, Shape{9, 8, shape[3]}}) {
      for (const float scale : {1.0f, 255.0f}) {
        const Tensor pixels = bytes(shape), views = views_of(shape[0]);
        const PixelParams params = params_of(mean, scale);
        const auto want = expected_floats(params, pixels, views);
        test::for_each_setting([&](Context& ctx) {
          const Device here = ctx.device();
          const PixelParams there{scale, params.mean.to(here), params.deviation.to(here)};
          Tensor x = test::new_tensor(ctx, shape);
          pixels_to_floats(ctx, there, pixels.to(here), views.to(here), x);
          CHECK(test::difference("x", test::to_host(x), want) == "");
        });
      }
    }
  }
}

TEST_CASE("pixels_to_floats names what does not fit") {
  Context ctx({.threads = 1});
  const Tensor pixels({2, 3, 4, 3}, DType::u8), views = views_of(2);
  Tensor x({2, 3, 4, 3});
  const PixelParams params = params_of({1, 1, 3}, 1);
  const auto message = [&](const PixelParams& p, const Tensor& from, const Tensor& v) {
    return test::error_message<ArgumentError>([&] { pixels_to_floats(ctx, p, from, v, x); });
  };
  CHECK(message(params_of({1, 1, 4}, 1), pixels, views) ==
        "pixels_to_floats: mean [1,1,4] for pixels [2,3,4,3]");
  CHECK(message(params, pixels, views_of(3)) == "pixels_to_floats: views [3,8] for 2 pictures");
  CHECK(message(params, pixels.reshaped({2, 12, 3}), views) ==
        "pixels_to_floats: pixels [2,12,3] are no pictures");
  CHECK_THROWS_AS(pixels_to_floats(ctx, params, x, views, x), ArgumentError);
}

}  // namespace
}  // namespace fovea
