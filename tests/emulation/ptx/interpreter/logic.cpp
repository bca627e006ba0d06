// SPDX-License-Identifier: Apache-2.0
// Logic and shifts.
#include "lane_action.h"
#include "type.h"

#include <algorithm>

namespace ptx {

namespace {

// Untyped bits of 16, 32 or 64, and predicates, which are one byte.
template <class F>
Action logic(const Instruction& in, F f) {
  check_modifiers(in, {});
  if (in.words.back() == "pred")
    return binary<uint8_t>(in, [f](uint8_t a, uint8_t b) { return f(a, b) & 1; });
  Action result;
  with_integer(in.words.back(), in.line,
               [&](auto tag) { result = binary<typename decltype(tag)::type>(in, f); });
  return result;
}

Action bit_and(const Instruction& in) {
  return logic(in, [](auto a, auto b) { return a & b; });
}
Action bit_or(const Instruction& in) {
  return logic(in, [](auto a, auto b) { return a | b; });
}
Action bit_xor(const Instruction& in) {
  return logic(in, [](auto a, auto b) { return a ^ b; });
}

Action bit_not(const Instruction& in) {
  check_modifiers(in, {});
  if (in.words.back() == "pred") return unary<uint8_t>(in, [](uint8_t a) { return ~a & 1; });
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    result = unary<typename decltype(tag)::type>(in, [](auto a) { return ~a; });
  });
  return result;
}

// The count is a 32-bit value; counts of the width or more leave zeros, or copies of the sign.
template <class Shift>
Action shift(const Instruction& in, Shift f) {
  check_modifiers(in, {});
  check_operands(in, 3);
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([&in, f](Warp& w, int lane) {
      const uint32_t count = std::min<uint32_t>(w.get<uint32_t>(in.operands[2], lane), 64);
      w.set<T>(in.operands[0], lane,
               static_cast<T>(f(Wide<T>{w.get<T>(in.operands[1], lane)}, count)));
    });
  });
  return result;
}

Action shl(const Instruction& in) {
  return shift(in,
               [](auto a, uint32_t count) { return static_cast<unsigned __int128>(a) << count; });
}
Action shr(const Instruction& in) {
  return shift(in, [](auto a, uint32_t count) { return a >> count; });
}

}  // namespace

const DecoderTable& logic_decoders() {
  static const DecoderTable table{{"and", bit_and}, {"or", bit_or}, {"xor", bit_xor},
                                  {"not", bit_not}, {"shl", shl},   {"shr", shr}};
  return table;
}

}  // namespace ptx
