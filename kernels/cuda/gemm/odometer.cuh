// SPDX-License-Identifier: Apache-2.0
// A flat index as three coordinates, the last one fastest, that is moved on without divisions.
#pragma once

#include <cuda_runtime.h>

namespace fovea::cuda {

struct Odometer {
  int a = 0, b = 0, c = 0;

  Odometer() = default;
  // REQUIRES: extents of b and c above 0.
  __host__ __device__ __forceinline__ Odometer(int index, int extent_b, int extent_c)
      : a(index / extent_c / extent_b), b(index / extent_c % extent_b), c(index % extent_c) {}

  // Moves on by `step`, itself an odometer of the same extents.
  __device__ __forceinline__ void advance(const Odometer& step, int extent_b, int extent_c) {
    c += step.c;
    const int carry_c = c >= extent_c;
    c -= carry_c ? extent_c : 0;
    b += step.b + carry_c;
    const int carry_b = b >= extent_b;
    b -= carry_b ? extent_b : 0;
    a += step.a + carry_b;
  }
};

}  // namespace fovea::cuda
