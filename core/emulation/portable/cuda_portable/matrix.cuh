// SPDX-License-Identifier: Apache-2.0
// Tensor cores: ldmatrix and mma.sync. All 32 lanes of the warp take part. Code for architectures
// before sm_80, which have no such mma, traps.
// Fragments are laid out as the PTX manual draws them for mma.m16n8k16 and mma.m16n8k8.
#pragma once
#include <cuda_runtime.h>

#include <cstdint>

namespace cuda_portable {

#ifdef CUDA_EMULATION

#define CUDA_PORTABLE_LOAD_MATRIX(name, count, transposed)                              \
  inline void name(uint32_t(&registers)[count], const void* row, CUDA_EMULATION_SITE) { \
    ::cuda_emulation::load_matrix(registers, count, transposed, row, site);             \
  }
#define CUDA_PORTABLE_MMA(name, type, a_count, b_count)                                       \
  inline void name(float(&d)[4], const uint32_t(&a)[a_count], const uint32_t(&b)[b_count],    \
                   CUDA_EMULATION_SITE) {                                                     \
    ::cuda_emulation::multiply_accumulate(::cuda_emulation::MatrixType::type, d, a, b, site); \
  }
CUDA_PORTABLE_LOAD_MATRIX(load_matrix_x1, 1, false)
CUDA_PORTABLE_LOAD_MATRIX(load_matrix_x2, 2, false)
CUDA_PORTABLE_LOAD_MATRIX(load_matrix_x4, 4, false)
CUDA_PORTABLE_LOAD_MATRIX(load_matrix_x1_transposed, 1, true)
CUDA_PORTABLE_LOAD_MATRIX(load_matrix_x2_transposed, 2, true)
CUDA_PORTABLE_LOAD_MATRIX(load_matrix_x4_transposed, 4, true)
CUDA_PORTABLE_MMA(mma_m16n8k16_bf16, bf16, 4, 2)
CUDA_PORTABLE_MMA(mma_m16n8k16_f16, f16, 4, 2)
CUDA_PORTABLE_MMA(mma_m16n8k8_tf32, tf32, 4, 2)
#undef CUDA_PORTABLE_LOAD_MATRIX
#undef CUDA_PORTABLE_MMA

inline uint32_t to_tf32(float value) {
  const uint32_t bits = ::cuda_emulation::bit_cast<uint32_t>(value);
  if ((bits & 0x7f800000u) == 0x7f800000u) return bits & 0x7fffffu ? 0x7fffffffu : bits;
  return (bits + 0x1000u) & 0xffffe000u;
}
inline uint32_t to_tf32_operand(float value) {
  const uint32_t bits = ::cuda_emulation::bit_cast<uint32_t>(value);
  return (bits & 0x7f800000u) == 0x7f800000u ? bits : bits + 0x1000u;
}

#else

// Lane i gives the address of row i % 8 of matrix i / 8 (16 bytes, aligned to 16); with fewer than
// four matrices the higher lanes' addresses are not used.
#define CUDA_PORTABLE_LOAD_MATRIX(suffix, form)                                              \
  __device__ __forceinline__ void load_matrix_x1##suffix(uint32_t(&r)[1], const void* row) { \
    asm volatile("ldmatrix.sync.aligned.m8n8.x1" form ".shared.b16 {%0}, [%1];\n"            \
                 : "=r"(r[0])                                                                \
                 : "r"(static_cast<unsigned>(__cvta_generic_to_shared(row)))                 \
                 : "memory");                                                                \
  }                                                                                          \
  __device__ __forceinline__ void load_matrix_x2##suffix(uint32_t(&r)[2], const void* row) { \
    asm volatile("ldmatrix.sync.aligned.m8n8.x2" form ".shared.b16 {%0,%1}, [%2];\n"         \
                 : "=r"(r[0]), "=r"(r[1])                                                    \
                 : "r"(static_cast<unsigned>(__cvta_generic_to_shared(row)))                 \
                 : "memory");                                                                \
  }                                                                                          \
  __device__ __forceinline__ void load_matrix_x4##suffix(uint32_t(&r)[4], const void* row) { \
    asm volatile("ldmatrix.sync.aligned.m8n8.x4" form ".shared.b16 {%0,%1,%2,%3}, [%4];\n"   \
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])                            \
                 : "r"(static_cast<unsigned>(__cvta_generic_to_shared(row)))                 \
                 : "memory");                                                                \
  }
CUDA_PORTABLE_LOAD_MATRIX(, "")
CUDA_PORTABLE_LOAD_MATRIX(_transposed, ".trans")
#undef CUDA_PORTABLE_LOAD_MATRIX

// d (16x8 fp32) += a (16xk) b (kx8).
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
#define CUDA_PORTABLE_MMA(name, shape, type)                                          \
  __device__ __forceinline__ void name(float(&d)[4], const uint32_t(&a)[4],           \
                                       const uint32_t(&b)[2]) {                       \
    asm volatile("mma.sync.aligned." shape ".row.col.f32." type "." type              \
                 ".f32 "                                                              \
                 "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"            \
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                     \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1])); \
  }
#else
#define CUDA_PORTABLE_MMA(name, shape, type)                                                      \
  __device__ __forceinline__ void name(float(&)[4], const uint32_t(&)[4], const uint32_t(&)[2]) { \
    __trap();                                                                                     \
  }
#endif
CUDA_PORTABLE_MMA(mma_m16n8k16_bf16, "m16n8k16", "bf16")
CUDA_PORTABLE_MMA(mma_m16n8k16_f16, "m16n8k16", "f16")
CUDA_PORTABLE_MMA(mma_m16n8k8_tf32, "m16n8k8", "tf32")
#undef CUDA_PORTABLE_MMA

// Rounds to tf32, ties away from zero; the result is an fp32 bit pattern with 13 zero bits.
__device__ __forceinline__ uint32_t to_tf32(float value) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;\n" : "=r"(bits) : "f"(value));
  return bits;
#else
  __trap();
  return __float_as_uint(value);
#endif
}

// The same as a factor of mma, which does not read the 13 low bits: these are not cleared.
__device__ __forceinline__ uint32_t to_tf32_operand(float value) {
  const uint32_t bits = __float_as_uint(value);
  return fabsf(value) < __int_as_float(0x7f800000) ? bits + 0x1000u : bits;
}

#endif

}  // namespace cuda_portable
