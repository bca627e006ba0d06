// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/matrix.h"

#include "cuda_fp16.h"
#include "execution/checker.h"

#include <cstring>

namespace cuda_emulation {
namespace {

constexpr uint32_t whole_warp = 0xffffffffu;

struct LoadArgument {
  const void* row;
  uint32_t* registers;
  int matrices;
  bool transposed;
  const void* pc;
};

// Each lane reads its own row; a fragment's lane 4r + c holds elements 2c and 2c + 1 of row r (of
// the transpose: of column r).
void load_lanes(uint32_t, void* const* arguments, const Site& site) {
  const auto* first = static_cast<LoadArgument*>(arguments[0]);
  for (int matrix = 0; matrix < first->matrices; ++matrix) {
    uint16_t element[8][8];
    for (int i = 0; i < 8; ++i) {
      const int lane = matrix * 8 + i;
      const void* row = static_cast<LoadArgument*>(arguments[lane])->row;
      if (reinterpret_cast<uintptr_t>(row) % 16 != 0) {
        fail_kernel(cudaErrorMisalignedAddress, "misaligned", site,
                    "ldmatrix: the row address %p of lane %d is not aligned to 16 bytes", row,
                    lane);
      }
      std::memcpy(element[i], row, sizeof element[i]);
    }
    for (int lane = 0; lane < 32; ++lane) {
      const int r = lane / 4, c = lane % 4 * 2;
      const uint32_t low = first->transposed ? element[c][r] : element[r][c];
      const uint32_t high = first->transposed ? element[c + 1][r] : element[r][c + 1];
      static_cast<LoadArgument*>(arguments[lane])->registers[matrix] = low | high << 16;
    }
  }
}

struct MmaArgument {
  MatrixType type;
  float* d;
  const uint32_t* a;
  const uint32_t* b;
};

float element_16(MatrixType type, uint32_t pair, int which) {
  const auto bits = uint16_t(pair >> 16 * which);
  if (type == MatrixType::bf16) return bit_cast<float>(uint32_t(bits) << 16);
  return __half2float(__half(__half_raw{bits}));
}

// Lane 4g + t holds, of A (16x16): rows g and g + 8, columns 2t, 2t + 1 and those + 8; of B (16x8):
// column g, rows likewise.
void gather_16(MatrixType type, void* const* arguments, float (&a)[16][16], float (&b)[16][8]) {
  for (int lane = 0; lane < 32; ++lane) {
    const auto* own = static_cast<MmaArgument*>(arguments[lane]);
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 8; ++i) {
      const int row = g + (i & 2 ? 8 : 0), column = 2 * t + (i & 1) + (i >= 4 ? 8 : 0);
      a[row][column] = element_16(type, own->a[i / 2], i & 1);
    }
    for (int i = 0; i < 4; ++i) {
      b[2 * t + (i & 1) + (i >= 2 ? 8 : 0)][g] = element_16(type, own->b[i / 2], i & 1);
    }
  }
}

// Lane 4g + t holds, of A (16x8): rows g and g + 8, columns t and t + 4; of B (8x8): column g, rows
// t and t + 4. The low 13 bits of a tf32 register are ignored.
void gather_tf32(void* const* arguments, float (&a)[16][16], float (&b)[16][8]) {
  const auto value = [](uint32_t bits) { return bit_cast<float>(bits & 0xffffe000u); };
  for (int lane = 0; lane < 32; ++lane) {
    const auto* own = static_cast<MmaArgument*>(arguments[lane]);
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 4; ++i) a[g + (i & 1 ? 8 : 0)][t + (i >= 2 ? 4 : 0)] = value(own->a[i]);
    for (int i = 0; i < 2; ++i) b[t + 4 * i][g] = value(own->b[i]);
  }
}

// Products of two 11-bit significands are exact in fp32.
void multiply_lanes(uint32_t, void* const* arguments, const Site&) {
  float a[16][16], b[16][8];
  const MatrixType type = static_cast<MmaArgument*>(arguments[0])->type;
  const int depth = type == MatrixType::tf32 ? 8 : 16;
  if (type == MatrixType::tf32) {
    gather_tf32(arguments, a, b);
  } else {
    gather_16(type, arguments, a, b);
  }
  float d[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 4; ++i) {
      d[lane / 4 + (i >= 2 ? 8 : 0)][lane % 4 * 2 + (i & 1)] =
          static_cast<MmaArgument*>(arguments[lane])->d[i];
    }
  }
  for (int k = 0; k < depth; ++k) {
    for (int row = 0; row < 16; ++row) {
      for (int column = 0; column < 8; ++column) d[row][column] += a[row][k] * b[k][column];
    }
  }
  for (int lane = 0; lane < 32; ++lane) {
    for (int i = 0; i < 4; ++i) {
      static_cast<MmaArgument*>(arguments[lane])->d[i] =
          d[lane / 4 + (i >= 2 ? 8 : 0)][lane % 4 * 2 + (i & 1)];
    }
  }
}

}  // namespace

void load_matrix(uint32_t* registers, int matrices, bool transposed, const void* row,
                 const Site& site) {
  LoadArgument argument{row, registers, matrices, transposed, __builtin_return_address(0)};
  if (Checker* check = checker(); check && this_thread.lane && lane_id() < matrices * 8) {
    check->access(row, 16, Access::read, argument.pc);
  }
  warp_collective(whole_warp, &argument, &load_lanes, "ldmatrix", Ordering::none, site);
}

void multiply_accumulate(MatrixType type, float* d, const uint32_t* a, const uint32_t* b,
                         const Site& site) {
  MmaArgument argument{type, d, a, b};
  warp_collective(whole_warp, &argument, &multiply_lanes, "mma.sync", Ordering::none, site);
}

}  // namespace cuda_emulation
