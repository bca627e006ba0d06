// SPDX-License-Identifier: Apache-2.0
// From pixels of 8 bits to the numbers that a net sees.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

struct PixelParams {
  float scale = 1;   // that pixels are divided by
  Tensor mean;       // (rows, columns, channels), f32, of scaled pixels; one pixel stands for all
  Tensor deviation;  // (channels), f32
};

// What is particular to one picture: top, left and whether it is mirrored, three integers; the
// light of three channels and what deviations are divided by, four floats; one word without use.
inline constexpr int64_t kPixelViewWords = 8;

// x = (((pixel + light[c]) / scale - m) / divide) / deviation[c], single operations in that order;
// m is the mean at row top + y and column left + x, or left - x when the picture is mirrored, or at
// the nearest pixel that the mean has. Channels from the fourth on have no light. pixels
// (n, height, width, channels), u8; views (n, kPixelViewWords), i32, floats by their bits; x as
// pixels, f32.
using PixelsToFloats = void(Context& ctx, const PixelParams& params, const Tensor& pixels,
                            const Tensor& views, Tensor& x);

PixelsToFloats pixels_to_floats;  // checks its arguments, then calls the device's:

namespace cpu {
PixelsToFloats pixels_to_floats;
}  // namespace cpu

}  // namespace fovea
