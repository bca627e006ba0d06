// SPDX-License-Identifier: Apache-2.0
// Convolution as a matrix product, the kernel that the emulation's speed is measured with.
#pragma once
#include <cuda_runtime.h>

// Pictures n x c x h x w, filters k x c x r x r, stride 1.
struct Convolution {
  int n, c, h, w, k, r, padding;
  int out_h() const { return h + 2 * padding - r + 1; }
  int out_w() const { return w + 2 * padding - r + 1; }
};

cudaError_t convolve(const float* x, const float* filters, float* y, const Convolution& shape,
                     cudaStream_t stream);
