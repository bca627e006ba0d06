// SPDX-License-Identifier: Apache-2.0
// Conversions and blending of colours, to the bits of Pillow.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace fovea::detail {

// ITU-R 601, with factors of 16 bits.
inline uint8_t luma(const uint8_t* rgb) {
  return static_cast<uint8_t>((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
}

// `share` of the way from one value to the other, or beyond.
inline uint8_t blend(int from, int to, float share) {
  const float value = static_cast<float>(from) + share * static_cast<float>(to - from);
  return static_cast<uint8_t>(std::clamp(value, 0.0f, 255.0f));
}

// Each of the three from 0 to 255.
struct Hsv {
  uint8_t hue, saturation, value;
};

inline Hsv to_hsv(const uint8_t* rgb) {
  const int r = rgb[0], g = rgb[1], b = rgb[2];
  const int most = std::max({r, g, b}), least = std::min({r, g, b});
  if (most == least) return {0, 0, static_cast<uint8_t>(most)};
  const auto range = static_cast<float>(most - least);
  const auto below = [&](int v) { return static_cast<float>(most - v) / range; };
  float sixths;  // of the circle
  if (r == most) {
    sixths = below(b) - below(g);
  } else if (g == most) {
    sixths = static_cast<float>(2.0 + double{below(r)} - double{below(b)});
  } else {
    sixths = static_cast<float>(4.0 + double{below(g)} - double{below(r)});
  }
  const double turns = double{sixths} / 6.0 + 1.0;
  const auto hue = static_cast<float>(turns < 1 ? turns : turns - 1);
  const float saturation = range / static_cast<float>(most);
  return {static_cast<uint8_t>(double{hue} * 255.0),
          static_cast<uint8_t>(double{saturation} * 255.0), static_cast<uint8_t>(most)};
}

inline void to_rgb(const Hsv& hsv, uint8_t* rgb) {
  const uint8_t v = hsv.value;
  if (hsv.saturation == 0) {
    std::fill_n(rgb, 3, v);
    return;
  }
  const double sixths = hsv.hue * 6.0 / 255.0;
  const int sector = static_cast<int>(sixths);
  const auto rest = static_cast<float>(sixths - sector);
  const auto saturation = static_cast<float>(hsv.saturation / 255.0);
  const auto part = [&](double without) {
    return static_cast<uint8_t>(std::round(v * (1.0 - without)));
  };
  const uint8_t low = part(double{saturation}), falling = part(double{saturation * rest}),
                rising = part(double{saturation} * (1.0 - double{rest}));
  const uint8_t sectors[6][3] = {{v, rising, low},  {falling, v, low}, {low, v, rising},
                                 {low, falling, v}, {rising, low, v},  {v, low, falling}};
  std::copy_n(sectors[sector % 6], 3, rgb);
}

}  // namespace fovea::detail
