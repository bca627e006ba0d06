// SPDX-License-Identifier: Apache-2.0
// CUDA's vector types, with the toolkit's sizes and alignments.
#pragma once

inline namespace cuda_emulated {

#define CUDA_EMULATION_VECTORS(name, type, align2, align4) \
  struct name##1 {                                         \
    type x;                                                \
  };                                                       \
  struct alignas(align2) name##2 {                         \
    type x, y;                                             \
  };                                                       \
  struct name##3 {                                         \
    type x, y, z;                                          \
  };                                                       \
  struct alignas(align4) name##4 {                         \
    type x, y, z, w;                                       \
  };

CUDA_EMULATION_VECTORS(char, signed char, 2, 4)
CUDA_EMULATION_VECTORS(uchar, unsigned char, 2, 4)
CUDA_EMULATION_VECTORS(short, short, 4, 8)
CUDA_EMULATION_VECTORS(ushort, unsigned short, 4, 8)
CUDA_EMULATION_VECTORS(int, int, 8, 16)
CUDA_EMULATION_VECTORS(uint, unsigned int, 8, 16)
CUDA_EMULATION_VECTORS(long, long, 16, 16)
CUDA_EMULATION_VECTORS(ulong, unsigned long, 16, 16)
CUDA_EMULATION_VECTORS(longlong, long long, 16, 16)
CUDA_EMULATION_VECTORS(ulonglong, unsigned long long, 16, 16)
CUDA_EMULATION_VECTORS(float, float, 8, 16)
CUDA_EMULATION_VECTORS(double, double, 16, 16)
#undef CUDA_EMULATION_VECTORS

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};

}  // namespace cuda_emulated
