// SPDX-License-Identifier: Apache-2.0
// A thread takes elements of one picture, the threads of a block pictures' neighbouring elements.
#include "common/pixel_formula.h"
#include "cuda/common/launch.cuh"
#include "cuda/ops.h"

#include <algorithm>

namespace fovea::cuda {
namespace {

constexpr int kThreads = 256;

struct PictureSize {
  int pictures, height, width, channels;
};

struct MeanSize {
  int rows, columns;
};

__global__ void pixels_kernel(PictureSize size, MeanSize mean_size, float scale, const float* mean,
                              const float* deviation, const uint8_t* pixels, const int32_t* views,
                              float* x) {
  const int elements = size.height * size.width * size.channels;
  const int first = static_cast<int>(blockIdx.x * kThreads + threadIdx.x);
  const int step = static_cast<int>(gridDim.x * kThreads);
  for (int picture = static_cast<int>(blockIdx.y); picture < size.pictures;
       picture += static_cast<int>(gridDim.y)) {
    const PixelView view{views + int64_t{picture} * kPixelViewWords};
    const int64_t start = int64_t{picture} * elements;
    for (int i = first; i < elements; i += step) {
      const int c = i % size.channels, place = i / size.channels;
      const int row = view.row(place / size.width, mean_size.rows);
      const int column = view.column(place % size.width, mean_size.columns);
      const int64_t at = (int64_t{row} * mean_size.columns + column) * size.channels + c;
      x[start + i] = normalized_pixel(pixels[start + i], view.light(c), scale, mean[at],
                                      view.divide(), deviation[c]);
    }
  }
}

}  // namespace

void pixels_to_floats(Context& ctx, const PixelParams& params, const Tensor& pixels,
                      const Tensor& views, Tensor& x) {
  const Shape &shape = pixels.shape(), &mean = params.mean.shape();
  if (pixels.elements() == 0) return;
  const PictureSize size{static_cast<int>(shape[0]), static_cast<int>(shape[1]),
                         static_cast<int>(shape[2]), static_cast<int>(shape[3])};
  const MeanSize mean_size{static_cast<int>(mean[0]), static_cast<int>(mean[1])};
  const int64_t blocks = (shape.sample().elements() + kThreads - 1) / kThreads;
  const dim3 grid(static_cast<unsigned>(std::min<int64_t>(blocks, 4096)),
                  static_cast<unsigned>(std::min<int64_t>(shape[0], 4096)));
  launch(ctx, "pixels_to_floats", pixels_kernel, grid, kThreads, 0, size, mean_size, params.scale,
         params.mean.data<float>(), params.deviation.data<float>(), pixels.data<uint8_t>(),
         views.data<int32_t>(), x.data<float>());
}

}  // namespace fovea::cuda
