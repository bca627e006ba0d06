// SPDX-License-Identifier: Apache-2.0
// Whole kernels, as nvcc compiles them, give the same bits in the interpreter as in the emulation.
#include "kernel_runs.h"
#include "whole.cuh"

#include <catch2/catch.hpp>

#include <random>

namespace {

Words random_words(size_t size) {
  std::mt19937 random(9);
  Words words(size);
  for (uint32_t& word : words) word = static_cast<uint32_t>(random());
  return words;
}

}  // namespace

TEST_CASE("A block sum gives the same bits from PTX and from the emulation") {
  const ptx::Module module = read_ptx("whole.ptx");
  for (const int size : {1, 127, 128, 1000}) {
    const Words in = random_words(static_cast<size_t>(size));
    const Words expected = run_emulated(block_sum_kernel, in, 1, size, {3, 128});
    CHECK(run_interpreted(module.kernel("block_sum_kernel"), in, 1, size, {3, 128}) == expected);
  }
}

TEST_CASE(
    "A pipelined product on tensor cores gives the same bits from PTX and from the emulation") {
  const ptx::Module module = read_ptx("whole.ptx");
  for (const int k : {16, 32, 80}) {
    Words in = random_words(static_cast<size_t>(24 * k / 2));
    for (uint32_t& pair : in) pair = (pair & 0x80ff80ff) | 0x3f003f00;  // magnitudes from 0.5 to 2
    const Words expected = run_emulated(product_kernel, in, 128, k);
    CHECK(run_interpreted(module.kernel("product_kernel"), in, 128, k) == expected);
  }
}
