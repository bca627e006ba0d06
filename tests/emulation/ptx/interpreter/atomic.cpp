// SPDX-License-Identifier: Apache-2.0
// atom, red and fences. Lanes take their turns in ascending order; blocks and warps run one after
// the other.
#include "lane_action.h"
#include "memory.h"
#include "type.h"

#include <algorithm>
#include <cstring>

namespace ptx {

namespace {

template <class T>
T wrapping_add(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(std::make_unsigned_t<T>(a) + std::make_unsigned_t<T>(b));
  else
    return a + b;
}

// The value that replaces `old`.
template <class T>
T combine(const std::string& op, T old, T b, T c) {
  if (op == "add") return wrapping_add(old, b);
  if (op == "min") return std::min(old, b);
  if (op == "max") return std::max(old, b);
  if (op == "exch") return b;
  if (op == "cas") return old == b ? c : old;
  if constexpr (std::is_integral_v<T>) {
    if (op == "and") return old & b;
    if (op == "or") return old | b;
    if (op == "xor") return old ^ b;
    if (op == "inc") return old >= b ? T{0} : T(old + 1);
  }
  return old;
}

std::string operation_of(const Instruction& in) {
  for (const char* op : {"add", "min", "max", "exch", "cas", "and", "or", "xor", "inc"})
    if (in.has(op)) return op;
  throw Error(in.line, in.opcode + " is not supported");
}

// atom d, [a], b{, c} gives the old value, red [a], b does not.
Action update(const Instruction& in, bool returns) {
  check_modifiers(in, {"global", "shared", "relaxed", "gpu", "cta", "add", "min", "max", "exch",
                       "cas", "and", "or", "xor", "inc"});
  const std::string op = operation_of(in);
  const size_t address = returns ? 1 : 0;
  check_operands(in, address + (op == "cas" ? 3 : 2));
  const Space space = in.has("shared")   ? Space::Shared
                      : in.has("global") ? Space::Global
                                         : Space::Generic;
  Action result;
  with_type(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([&in, op, address, returns, space](Warp& w, int lane) {
      std::byte* at = w.memory.at(space, w.address(in.operands[address], lane), sizeof(T), in);
      T old;
      std::memcpy(&old, at, sizeof old);
      const T b = w.get<T>(in.operands[address + 1], lane);
      const T value = combine(op, old, b, w.get<T>(in.operands.back(), lane));
      std::memcpy(at, &value, sizeof value);
      if (returns) w.set<T>(in.operands[0], lane, old);
    });
  });
  return result;
}

Action atom(const Instruction& in) { return update(in, true); }
Action red(const Instruction& in) { return update(in, false); }
Action fence(const Instruction&) {
  return [](Warp&, Mask) {};
}

}  // namespace

const DecoderTable& atomic_decoders() {
  static const DecoderTable table{
      {"atom", atom}, {"red", red}, {"membar", fence}, {"fence", fence}};
  return table;
}

}  // namespace ptx
