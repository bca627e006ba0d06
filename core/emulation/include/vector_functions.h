// SPDX-License-Identifier: Apache-2.0
// make_float4 and its kin.
#pragma once
#include "vector_types.h"

inline namespace cuda_emulated {

#define CUDA_EMULATION_MAKERS(name, type)                                        \
  constexpr name##1 make_##name##1(type x) { return {x}; }                       \
  constexpr name##2 make_##name##2(type x, type y) { return {x, y}; }            \
  constexpr name##3 make_##name##3(type x, type y, type z) { return {x, y, z}; } \
  constexpr name##4 make_##name##4(type x, type y, type z, type w) { return {x, y, z, w}; }

CUDA_EMULATION_MAKERS(char, signed char)
CUDA_EMULATION_MAKERS(uchar, unsigned char)
CUDA_EMULATION_MAKERS(short, short)
CUDA_EMULATION_MAKERS(ushort, unsigned short)
CUDA_EMULATION_MAKERS(int, int)
CUDA_EMULATION_MAKERS(uint, unsigned int)
CUDA_EMULATION_MAKERS(long, long)
CUDA_EMULATION_MAKERS(ulong, unsigned long)
CUDA_EMULATION_MAKERS(longlong, long long)
CUDA_EMULATION_MAKERS(ulonglong, unsigned long long)
CUDA_EMULATION_MAKERS(float, float)
CUDA_EMULATION_MAKERS(double, double)
#undef CUDA_EMULATION_MAKERS

}  // namespace cuda_emulated
