// SPDX-License-Identifier: Apache-2.0
// mma.sync and ldmatrix, by the fragment layouts of the PTX manual ("Matrix fragments for
// mma.m16n8k8", ".m16n8k16", "ldmatrix"): lane = 4 * group + member; element i of a fragment sits
// at (row, column) as the formulas below say.
#include "../../support/small_float.h"
#include "lane_action.h"
#include "memory.h"

#include <array>
#include <cmath>
#include <cstring>

namespace ptx {

namespace {

struct Position {
  int row, column;
};

// How one shape's factors lie in registers. Elements of 16 bits are packed in pairs, the even one
// in the low half.
struct Shape {
  int depth;         // k
  int per_register;  // elements in a 32-bit register
  small_float::Format format;

  int a_elements() const { return 16 * depth / kLanes; }
  int b_elements() const { return 8 * depth / kLanes; }
  int a_registers() const { return a_elements() / per_register; }
  int b_registers() const { return b_elements() / per_register; }
};

// A pair of registers covers rows g and g + 8; the next pair the next 4 * per_register columns.
Position a_position(const Shape& shape, int lane, int i) {
  const int reg = i / shape.per_register;
  return {lane / 4 + 8 * (reg % 2), lane % 4 * shape.per_register + i % shape.per_register +
                                        reg / 2 * 4 * shape.per_register};
}

Position b_position(const Shape& shape, int lane, int i) {
  const int reg = i / shape.per_register;
  return {lane % 4 * shape.per_register + i % shape.per_register + reg * 4 * shape.per_register,
          lane / 4};
}

Position c_position(int lane, int i) { return {lane / 4 + 8 * (i / 2), lane % 4 * 2 + i % 2}; }

Shape shape_of(const Instruction& in) {
  if (in.opcode == "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32")
    return {16, 2, small_float::kBfloat16};
  if (in.opcode == "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32")
    return {16, 2, small_float::kHalf};
  if (in.opcode == "mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32")
    return {8, 2, small_float::kBfloat16};
  if (in.opcode == "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32")
    return {8, 2, small_float::kHalf};
  if (in.opcode == "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32")
    return {8, 1, small_float::kTf32};
  throw Error(in.line, in.opcode + " is not supported");
}

float element(const Shape& shape, const Warp& w, const Operand& fragment, int lane, int i) {
  const auto reg = static_cast<size_t>(i / shape.per_register);
  const auto word = w.get<uint32_t>(fragment.elements[reg], lane);
  // The low bits of a TF32 register are not read.
  const uint32_t bits = shape.per_register == 1 ? word >> 13 : word >> (16 * (i % 2)) & 0xffff;
  return static_cast<float>(small_float::decode(shape.format, bits));
}

using Factor = std::array<std::array<float, 16>, 16>;

// d = a b + c: products are exact, and added to c one after the other in ascending order of k. (The
// manual leaves the order open; this is the one that the software twin takes.)
void multiply(const Instruction& in, const Shape& shape, Warp& w) {
  Factor a{}, b{};
  for (int lane = 0; lane < kLanes; lane++) {
    for (int i = 0; i < shape.a_elements(); i++) {
      const Position p = a_position(shape, lane, i);
      a[static_cast<size_t>(p.row)][static_cast<size_t>(p.column)] =
          element(shape, w, in.operands[1], lane, i);
    }
    for (int i = 0; i < shape.b_elements(); i++) {
      const Position p = b_position(shape, lane, i);
      b[static_cast<size_t>(p.row)][static_cast<size_t>(p.column)] =
          element(shape, w, in.operands[2], lane, i);
    }
  }
  for (int lane = 0; lane < kLanes; lane++)
    for (int i = 0; i < 4; i++) {
      const Position p = c_position(lane, i);
      float sum = w.get<float>(in.operands[3].elements[static_cast<size_t>(i)], lane);
      for (int k = 0; k < shape.depth; k++)
        sum = std::fma(a[static_cast<size_t>(p.row)][static_cast<size_t>(k)],
                       b[static_cast<size_t>(k)][static_cast<size_t>(p.column)], sum);
      w.set<float>(in.operands[0].elements[static_cast<size_t>(i)], lane, sum);
    }
}

Action mma(const Instruction& in) {
  const Shape shape = shape_of(in);
  check_operands(in, 4);
  const std::array<int, 4> registers{4, shape.a_registers(), shape.b_registers(), 4};
  for (size_t i = 0; i < 4; i++)
    if (in.operands[i].elements.size() != static_cast<size_t>(registers[i]))
      throw Error(in.line, "fragment " + std::to_string(i) + " of " + in.opcode + " has " +
                               std::to_string(registers[i]) + " registers");
  return [&in, shape](Warp& w, Mask mask) {
    check_converged(in, mask);
    multiply(in, shape, w);
  };
}

using Rows = std::array<std::array<uint16_t, 8>, 8>;

// Lane 8 m + r names row r of matrix m.
Rows read_matrix(const Instruction& in, Warp& w, int matrix) {
  Rows rows{};
  for (int r = 0; r < 8; r++) {
    const uint64_t address = w.address(in.operands[1], 8 * matrix + r);
    const std::byte* row = w.memory.at(Space::Shared, address, 16, in);
    std::memcpy(rows[static_cast<size_t>(r)].data(), row, 16);
  }
  return rows;
}

// ldmatrix.sync.aligned.m8n8.x1|x2|x4{.trans}.shared.b16 {registers}, [row]
Action ldmatrix(const Instruction& in) {
  check_modifiers(in,
                  {"sync", "aligned", "m8n8", "x1", "x2", "x4", "trans", "shared", "shared::cta"});
  check_operands(in, 2);
  const int matrices = in.has("x4") ? 4 : in.has("x2") ? 2 : 1;
  if (in.operands[0].elements.size() != static_cast<size_t>(matrices))
    throw Error(in.line, in.opcode + " fills " + std::to_string(matrices) + " registers");
  return [&in, matrices, transposed = in.has("trans")](Warp& w, Mask mask) {
    check_converged(in, mask);
    std::vector<Rows> read;
    for (int m = 0; m < matrices; m++) read.push_back(read_matrix(in, w, m));
    for (size_t m = 0; m < read.size(); m++)
      for (size_t lane = 0; lane < kLanes; lane++) {
        const size_t row = lane / 4, column = lane % 4 * 2;
        const uint32_t low = transposed ? read[m][column][row] : read[m][row][column];
        const uint32_t high = transposed ? read[m][column + 1][row] : read[m][row][column + 1];
        w.set<uint32_t>(in.operands[0].elements[m], static_cast<int>(lane), low | high << 16);
      }
  };
}

}  // namespace

const DecoderTable& matrix_decoders() {
  static const DecoderTable table{{"mma", mma}, {"ldmatrix", ldmatrix}};
  return table;
}

}  // namespace ptx
