// SPDX-License-Identifier: Apache-2.0
// A grouped convolution as the tensor-core kernels see it: x (n, h, w, groups, c), y (n, p, q,
// groups, k), w (groups, k, r, s, c). Extents along an axis, and what one part of a split depth has
// of pixels, are below 2^31; offsets are of 64 bits.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace fovea::cuda::tensor_core {

// Along one axis: output position o reads input positions o * stride - before + tap * dilation.
struct Axis {
  int input = 1, output = 1, taps = 1, stride = 1, dilation = 1, before = 0;
};

struct Windows {
  int64_t samples = 0;
  Axis row, column;
  int groups = 1;
  int c = 0, k = 0;                // channels of one group, of x and of y
  int c_stored = 0, k_stored = 0;  // as the kernels read them: whole chunks

  __host__ __device__ int taps() const { return row.taps * column.taps; }
  __host__ __device__ int64_t input_pixels() const { return samples * row.input * column.input; }
  __host__ __device__ int64_t output_pixels() const { return samples * row.output * column.output; }
};

}  // namespace fovea::cuda::tensor_core
