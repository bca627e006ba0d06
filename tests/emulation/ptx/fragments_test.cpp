// SPDX-License-Identifier: Apache-2.0
// Where the elements of a matrix lie in the registers of a warp, by the tables of the PTX manual
// ("Matrix fragments for mma" and "ldmatrix"), written here the other way round than in the
// software: from row and column to lane, register and half.
#include "emulation/support/small_float.h"
#include "kernel_runs.h"

#include <catch2/catch.hpp>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace {

using Matrix = std::vector<std::vector<float>>;

struct Slot {
  int lane, reg, half;
};

Slot a_of_16_bits(int row, int column) {
  return {row % 8 * 4 + column % 8 / 2, row / 8 + 2 * (column / 8), column % 2};
}
Slot b_of_16_bits(int k, int column) { return {column * 4 + k % 8 / 2, k / 8, k % 2}; }
Slot a_of_tf32(int row, int column) {
  return {row % 8 * 4 + column % 4, row / 8 + 2 * (column / 4), 0};
}
Slot b_of_tf32(int k, int column) { return {column * 4 + k % 4, k / 4, 0}; }
Slot accumulator(int row, int column) {
  return {row % 8 * 4 + column / 2, 2 * (row / 8) + column % 2, 0};
}

constexpr size_t kA = 0, kB = 32 * 4, kD = 32 * 6, kEnd = 32 * 10;  // fragments in a kernel's input

struct Multiplication {
  const char* name;
  WrapperKernel* kernel;
  int depth;
  Slot (*a)(int, int);
  Slot (*b)(int, int);
  uint32_t (*bits)(float);
  int shift;  // of the upper half
};

uint32_t half_bits(float value) { return __half_as_ushort(__float2half_rn(value)); }
uint32_t bfloat16_bits(float value) { return __bfloat16_as_ushort(__float2bfloat16_rn(value)); }
uint32_t float_bits(float value) { return std::bit_cast<uint32_t>(value); }
float float_value(uint32_t bits) { return std::bit_cast<float>(bits); }

const Multiplication kMultiplications[] = {
    {"bf16", mma_m16n8k16_bf16_kernel, 16, a_of_16_bits, b_of_16_bits, bfloat16_bits, 16},
    {"f16", mma_m16n8k16_f16_kernel, 16, a_of_16_bits, b_of_16_bits, half_bits, 16},
    {"tf32", mma_m16n8k8_tf32_kernel, 8, a_of_tf32, b_of_tf32, float_bits, 0}};

size_t word_of(const Slot& slot, size_t registers) {
  return static_cast<size_t>(slot.lane) * registers + static_cast<size_t>(slot.reg);
}

void place(Words& in, size_t fragment, size_t registers, const Slot& slot, uint32_t bits,
           int shift) {
  in[fragment + word_of(slot, registers)] |= bits << (slot.half * shift);
}

Matrix multiply(const Multiplication& shape, const Matrix& a, const Matrix& b, const Matrix& c) {
  Words in(kEnd);
  for (int row = 0; row < 16; row++)
    for (int k = 0; k < shape.depth; k++)
      place(in, kA, 4, shape.a(row, k), shape.bits(a[row][k]), shape.shift);
  for (int k = 0; k < shape.depth; k++)
    for (int column = 0; column < 8; column++)
      place(in, kB, 2, shape.b(k, column), shape.bits(b[k][column]), shape.shift);
  for (int row = 0; row < 16; row++)
    for (int column = 0; column < 8; column++)
      place(in, kD, 4, accumulator(row, column), float_bits(c[row][column]), 0);
  const Words out = run_emulated(shape.kernel, in, 128, 0);
  Matrix d(16, std::vector<float>(8));
  for (int row = 0; row < 16; row++)
    for (int column = 0; column < 8; column++)
      d[row][column] = std::bit_cast<float>(out[word_of(accumulator(row, column), 4)]);
  return d;
}

template <class Value>
Matrix filled(int rows, int columns, Value value) {
  Matrix m(static_cast<size_t>(rows), std::vector<float>(static_cast<size_t>(columns)));
  for (auto& row : m)
    for (float& element : row) element = value();
  return m;
}

}  // namespace

TEST_CASE("mma fragments lie as the PTX manual draws them") {
  std::mt19937 random(7);
  const auto integer = [&] { return float(int(random() % 17) - 8); };
  for (const Multiplication& shape : kMultiplications)
    for (int repeat = 0; repeat < 5; repeat++) {
      INFO(shape.name);
      const Matrix a = filled(16, shape.depth, integer), b = filled(shape.depth, 8, integer),
                   c = filled(16, 8, integer);
      Matrix expected = c;
      for (int row = 0; row < 16; row++)
        for (int column = 0; column < 8; column++)
          for (int k = 0; k < shape.depth; k++) expected[row][column] += a[row][k] * b[k][column];
      CHECK(multiply(shape, a, b, c) == expected);
    }
}

TEST_CASE("mma adds exact products to the accumulator in ascending order of k") {
  std::mt19937 random(8);
  const auto value = [&] {
    return std::ldexp(float(int(random() % 255) - 127), int(random() % 9) - 12);
  };
  for (const Multiplication& shape : kMultiplications) {
    INFO(shape.name);
    const Matrix a = filled(16, shape.depth, value), b = filled(shape.depth, 8, value),
                 c = filled(16, 8, value);
    Matrix expected = c;
    for (int row = 0; row < 16; row++)
      for (int column = 0; column < 8; column++)
        for (int k = 0; k < shape.depth; k++)
          expected[row][column] = std::fma(a[row][k], b[k][column], expected[row][column]);
    CHECK(multiply(shape, a, b, c) == expected);
  }
}

TEST_CASE("mma ignores the low 13 bits of a TF32 register") {
  const Multiplication& tf32 = kMultiplications[2];
  const float noisy = std::bit_cast<float>(std::bit_cast<uint32_t>(1.5f) | 0x1fffu);
  const auto constant = [](float value) { return [value] { return value; }; };
  const Matrix zero = filled(16, 8, constant(0));
  CHECK(multiply(tf32, filled(16, 8, constant(noisy)), filled(8, 8, constant(noisy)), zero) ==
        filled(16, 8, constant(8 * 2.25f)));
}

TEST_CASE("ldmatrix distributes rows as the PTX manual draws them") {
  struct Form {
    WrapperKernel* kernel;
    size_t matrices;
    bool transposed;
  };
  const Form forms[] = {
      {load_matrix_x1_kernel, 1, false}, {load_matrix_x1_transposed_kernel, 1, true},
      {load_matrix_x2_kernel, 2, false}, {load_matrix_x2_transposed_kernel, 2, true},
      {load_matrix_x4_kernel, 4, false}, {load_matrix_x4_transposed_kernel, 4, true}};
  Words in(128);  // element j of row i is 8 i + j
  for (uint32_t i = 0; i < 128; i++) in[i] = 2 * i | (2 * i + 1) << 16;
  for (const Form& form : forms) {
    INFO(form.matrices << (form.transposed ? " transposed" : ""));
    const Words out = run_emulated(form.kernel, in, 32 * form.matrices, 0);
    for (size_t matrix = 0; matrix < form.matrices; matrix++)
      for (uint32_t row = 0; row < 8; row++)
        for (uint32_t column = 0; column < 8; column++) {
          const uint32_t named =
              ((8 * static_cast<uint32_t>(matrix) + row) * 5 + 3) % 32;  // by lane 8 matrix + row
          const uint32_t r = form.transposed ? column : row, c = form.transposed ? row : column;
          const uint32_t word = out[(r * 4 + c / 2) * form.matrices + matrix];
          CHECK((word >> 16 * (c % 2) & 0xffff) == 8 * named + column);
        }
  }
}

// cvt.rna.tf32: around every value of the format, with either sign.
TEST_CASE("Floats round to the nearest TF32 value with ties away from zero") {
  constexpr size_t kThreads = 1024;
  const uint32_t infinity = small_float::kTf32.infinity();
  Words in;
  for (uint32_t bits = 0; bits < infinity; bits++)
    for (const uint32_t low : {0u, 0xfffu, 0x1000u, 0x1001u, 0x1fffu})
      in.push_back((bits % 3 == 0) << 31 | bits << 13 | low);
  REQUIRE(in.size() % kThreads == 0);
  int wrong = 0;
  for (size_t first = 0; first < in.size(); first += kThreads) {
    const Words part(in.begin() + long(first), in.begin() + long(first + kThreads));
    const Words out = run_emulated(to_tf32_kernel, part, kThreads, 0, {1, kThreads});
    for (size_t i = 0; i < kThreads; i++)
      wrong += out[i] >> 13 != small_float::encode(small_float::kTf32, float_value(part[i]),
                                                   small_float::Rounding::NearestAway, 0);
  }
  CHECK(wrong == 0);
}
