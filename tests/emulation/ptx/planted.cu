// SPDX-License-Identifier: Apache-2.0
// A wrapper as one gets it wrong: the registers of b are swapped in the assembly text. Only ever
// compiled to PTX, and the comparison with the software twin must fail.
#include <cstdint>

extern "C" __global__ void planted_mma_kernel(const uint32_t* in, uint32_t* out, int) {
  const int lane = static_cast<int>(threadIdx.x);
  uint32_t a[4], b[2];
  float d[4];
  for (int i = 0; i < 4; i++) a[i] = in[lane * 4 + i];
  for (int i = 0; i < 2; i++) b[i] = in[32 * 4 + lane * 2 + i];
  for (int i = 0; i < 4; i++) d[i] = __uint_as_float(in[32 * 6 + lane * 4 + i]);
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%9, %8}, {%0, %1, %2, %3};\n"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  for (int i = 0; i < 4; i++) out[lane * 4 + i] = __float_as_uint(d[i]);
}
