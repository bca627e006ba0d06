// SPDX-License-Identifier: Apache-2.0
#include "common/pixel_formula.h"

#include <fovea/kernels/pixels.h>

namespace fovea::cpu {

void pixels_to_floats(Context& ctx, const PixelParams& params, const Tensor& pixels,
                      const Tensor& views, Tensor& x) {
  const Shape& shape = pixels.shape();
  const auto rows = static_cast<int>(params.mean.shape()[0]);
  const auto columns = static_cast<int>(params.mean.shape()[1]);
  const auto width = static_cast<int>(shape[2]), channels = static_cast<int>(shape[3]);
  const float* deviation = params.deviation.data<float>();
  constexpr int64_t kGrain = 32;
  ctx.pool().parallel_ranges(shape[0] * shape[1], kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; line++) {
      const PixelView view{views.data<int32_t>() + line / shape[1] * kPixelViewWords};
      const uint8_t* from = pixels.data<uint8_t>() + line * width * channels;
      float* to = x.data<float>() + line * width * channels;
      const int64_t row = view.row(static_cast<int>(line % shape[1]), rows);
      for (int column = 0; column < width; column++) {
        const int64_t at = (row * columns + view.column(column, columns)) * channels;
        const float* mean = params.mean.data<float>() + at;
        for (int c = 0; c < channels; c++) {
          *to++ = normalized_pixel(*from++, view.light(c), params.scale, mean[c], view.divide(),
                                   deviation[c]);
        }
      }
    }
  });
}

}  // namespace fovea::cpu
