// SPDX-License-Identifier: Apache-2.0
#include "pillow_color.h"

#include <fovea/data/color_jitter.h>

#include <array>
#include <utility>

namespace fovea {

namespace {

// All pixels blended with one value: the result for each of the 256 values is looked up.
void blend_with(int value, float factor, Image& image) {
  std::array<uint8_t, 256> table;
  for (int v = 0; v < 256; v++) table[static_cast<size_t>(v)] = detail::blend(value, v, factor);
  for (uint8_t& pixel : image.pixels) pixel = table[pixel];
}

// Rounded, halves up.
int mean_luma(const Image& image) {
  const auto count = static_cast<size_t>(image.height * image.width);
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += image.channels == 1 ? image.pixels[i] : detail::luma(&image.pixels[3 * i]);
  return static_cast<int>(static_cast<double>(sum) / static_cast<double>(count) + 0.5);
}

}  // namespace

void adjust_brightness(Image& image, float factor) { blend_with(0, factor, image); }

void adjust_contrast(Image& image, float factor) { blend_with(mean_luma(image), factor, image); }

void adjust_saturation(Image& image, float factor) {
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    uint8_t* rgb = &image.pixels[i];
    const int gray = detail::luma(rgb);
    for (size_t c = 0; c < 3; c++) rgb[c] = detail::blend(gray, rgb[c], factor);
  }
}

void adjust_hue(Image& image, float turn) {
  const auto shift = static_cast<uint8_t>(static_cast<int>(double{turn} * 255.0));
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    detail::Hsv hsv = detail::to_hsv(&image.pixels[i]);
    hsv.hue = static_cast<uint8_t>(hsv.hue + shift);
    detail::to_rgb(hsv, &image.pixels[i]);
  }
}

Fields<ColorJitter> ColorJitter::fields() {
  using C = ColorJitter;
  return Fields<C>("color_jitter",
                   "changes brightness, contrast, saturation and hue, in a random order")
      .field("brightness", &C::brightness, "factor from 1 - this, or 0, to 1 + this", at_least(0))
      .field("contrast", &C::contrast, "likewise", at_least(0))
      .field("saturation", &C::saturation, "likewise; of colour pictures", at_least(0))
      .field("hue", &C::hue, "turned by up to so much of the circle, either way", between(0, 0.5));
}

ColorJitter::Draw ColorJitter::draw(const SampleKey& key) const {
  const RandomStream random = key.stream(Purpose::color);
  Draw draw;
  for (uint32_t i = 0; i < 3; i++) std::swap(draw.order[i], draw.order[i + random.below(i, 4 - i)]);
  const auto factor = [&](uint64_t element, float reach) {
    return random.uniform(element, std::max(0.0f, 1 - reach), 1 + reach);
  };
  draw.brightness = factor(4, brightness);
  draw.contrast = factor(5, contrast);
  draw.saturation = factor(6, saturation);
  draw.hue = random.uniform(7, -hue, hue);
  return draw;
}

void ColorJitter::apply(const SampleKey& key, Image& image) const {
  const Draw drawn = draw(key);
  const bool color = image.channels == 3;
  for (const Kind kind : drawn.order) {
    switch (kind) {
      case Kind::brightness:
        if (brightness > 0) adjust_brightness(image, drawn.brightness);
        break;
      case Kind::contrast:
        if (contrast > 0) adjust_contrast(image, drawn.contrast);
        break;
      case Kind::saturation:
        if (saturation > 0 && color) adjust_saturation(image, drawn.saturation);
        break;
      case Kind::hue:
        if (hue > 0 && color) adjust_hue(image, drawn.hue);
        break;
    }
  }
}

}  // namespace fovea
