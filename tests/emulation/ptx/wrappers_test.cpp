// SPDX-License-Identifier: Apache-2.0
// The assembly text of each wrapper, as nvcc compiles it, gives the bits of its software twin; and
// would not if two of its operands were swapped.
#include "wrappers.cuh"

#include "kernel_runs.h"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

namespace {

enum class Values { Half, Bfloat16, Float, Bits };

struct Wrapper {
  std::string name;
  WrapperKernel* kernel;
  std::string instruction;  // whose text is tested
  size_t inputs, outputs;
  Values values;
  std::vector<int> scalars{0};
};

const std::vector<Wrapper>& wrappers() {
  static const std::vector<Wrapper> all{
      {"mma_m16n8k16_bf16_kernel", mma_m16n8k16_bf16_kernel, "mma", 320, 128, Values::Bfloat16},
      {"mma_m16n8k16_f16_kernel", mma_m16n8k16_f16_kernel, "mma", 320, 128, Values::Half},
      {"mma_m16n8k8_tf32_kernel", mma_m16n8k8_tf32_kernel, "mma", 320, 128, Values::Float},
      {"load_matrix_x1_kernel", load_matrix_x1_kernel, "ldmatrix", 128, 32, Values::Bits},
      {"load_matrix_x2_kernel", load_matrix_x2_kernel, "ldmatrix", 128, 64, Values::Bits},
      {"load_matrix_x4_kernel", load_matrix_x4_kernel, "ldmatrix", 128, 128, Values::Bits},
      {"load_matrix_x1_transposed_kernel", load_matrix_x1_transposed_kernel, "ldmatrix", 128, 32,
       Values::Bits},
      {"load_matrix_x2_transposed_kernel", load_matrix_x2_transposed_kernel, "ldmatrix", 128, 64,
       Values::Bits},
      {"load_matrix_x4_transposed_kernel", load_matrix_x4_transposed_kernel, "ldmatrix", 128, 128,
       Values::Bits},
      {"async_copy_4_kernel", async_copy_4_kernel, "cp", 64, 64, Values::Bits, {0, 1, 2, 3, 4}},
      {"async_copy_8_kernel", async_copy_8_kernel, "cp", 128, 128, Values::Bits, {0, 3, 4, 8}},
      {"async_copy_16_kernel",
       async_copy_16_kernel,
       "cp",
       256,
       256,
       Values::Bits,
       {0, 4, 9, 12, 16}},
      {"to_tf32_kernel", to_tf32_kernel, "cvt", 32, 32, Values::Float}};
  return all;
}

// A float of moderate size, subnormal halves included.
uint32_t random_float(std::mt19937& random) {
  const uint32_t exponent = 127 - 18 + random() % 30;
  return (random() & 0x80000000) | exponent << 23 | (random() & 0x7fffff);
}

uint32_t random_half(std::mt19937& random) {
  return (random() & 0x8000) | (random() % 25) << 10 | (random() & 0x3ff);
}

uint32_t random_word(Values values, std::mt19937& random) {
  switch (values) {
    case Values::Half:
      return random_half(random) << 16 | random_half(random);
    case Values::Bfloat16:
      return (random_float(random) & 0xffff0000) | (random_float(random) >> 16);
    case Values::Float:
      return random_float(random);
    case Values::Bits:
      break;
  }
  return random();
}

Words random_input(const Wrapper& wrapper, std::mt19937& random) {
  Words in(wrapper.inputs);
  for (size_t i = 0; i < in.size(); i++) {
    const bool accumulator = wrapper.instruction == "mma" && i >= 192;
    in[i] = random_word(accumulator ? Values::Float : wrapper.values, random);
  }
  return in;
}

const ptx::Module& module() {
  static const ptx::Module parsed = read_ptx("wrappers.ptx");
  return parsed;
}

// Whether `kernel` gives the bits of the twin for some random inputs and each scalar.
bool agrees(const Wrapper& wrapper, const ptx::Kernel& kernel, int inputs) {
  std::mt19937 random(1);
  for (int i = 0; i < inputs; i++)
    for (const int scalar : wrapper.scalars) {
      const Words in = random_input(wrapper, random);
      if (run_interpreted(kernel, in, wrapper.outputs, scalar) !=
          run_emulated(wrapper.kernel, in, wrapper.outputs, scalar))
        return false;
    }
  return true;
}

// The operands of an instruction with vectors opened.
std::vector<ptx::Operand*> leaves(ptx::Instruction& in) {
  std::vector<ptx::Operand*> result;
  for (ptx::Operand& operand : in.operands) {
    for (ptx::Operand& element : operand.elements) result.push_back(&element);
    if (operand.elements.empty()) result.push_back(&operand);
  }
  return result;
}

bool same_operand(const ptx::Operand& a, const ptx::Operand& b) {
  return a.kind == b.kind && a.reg == b.reg && a.bits == b.bits;
}

// The wrapper's text with operands i and j of its n-th instruction exchanged must not pass.
void check_swap(const Wrapper& wrapper, size_t n, size_t i, size_t j) {
  ptx::Kernel kernel = module().kernel(wrapper.name);
  const std::vector<ptx::Operand*> operands = leaves(kernel.code[n]);
  if (same_operand(*operands[i], *operands[j])) return;
  std::swap(*operands[i], *operands[j]);
  INFO(wrapper.name << ": " << kernel.code[n].opcode << ", operands " << i << " and " << j);
  bool passed = false;
  try {
    passed = agrees(wrapper, kernel, 2);
  } catch (const std::exception&) {
    // An operand that cannot be there is an error of the text.
  }
  CHECK_FALSE(passed);
}

}  // namespace

TEST_CASE("The assembly text of every wrapper gives the bits of its software twin") {
  for (const Wrapper& wrapper : wrappers()) {
    INFO(wrapper.name);
    CHECK(agrees(wrapper, module().kernel(wrapper.name), 20));
  }
}

TEST_CASE("Every kernel of the PTX file is compared") {
  CHECK(module().kernels.size() == wrappers().size());
}

TEST_CASE("Two swapped operands in the text of any wrapper are noticed") {
  for (const Wrapper& wrapper : wrappers()) {
    ptx::Kernel kernel = module().kernel(wrapper.name);
    for (size_t n = 0; n < kernel.code.size(); n++) {
      if (kernel.code[n].name() != wrapper.instruction) continue;
      const size_t count = leaves(kernel.code[n]).size();
      for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) check_swap(wrapper, n, i, j);
    }
  }
}

TEST_CASE("A wrapper compiled with two swapped operands fails") {
  const ptx::Module planted = read_ptx("planted.ptx");
  const Wrapper& wrapper = wrappers().front();
  CHECK_FALSE(agrees(wrapper, planted.kernel("planted_mma_kernel"), 1));
}
