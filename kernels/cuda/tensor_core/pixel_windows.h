// SPDX-License-Identifier: Apache-2.0
// One window of an array for each pixel (sample, row, column) of a result: what all passes read.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace fovea::cuda::tensor_core {

// REQUIRES: an image with its padding has fewer than 2^31 elements.
struct PixelWindows {
  int samples = 0, height = 0, width = 0;  // of the array
  int groups = 1, channels = 0;            // channels of a group, whole chunks
  int out_h = 0, out_w = 0;
  int taps_h = 1, taps_w = 1;
  int stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, top = 0, left = 0;

  __host__ __device__ int64_t pixels() const { return int64_t{samples} * out_h * out_w; }
};

}  // namespace fovea::cuda::tensor_core
