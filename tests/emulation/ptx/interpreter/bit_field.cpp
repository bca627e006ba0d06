// SPDX-License-Identifier: Apache-2.0
// Bit fields, counts and permutations.
#include "lane_action.h"
#include "type.h"

#include <algorithm>
#include <bit>

namespace ptx {

namespace {

// A field of `length` bits from `start`; both are taken modulo 256 and cut at the width.
struct Field {
  unsigned start, length;
};

Field field(const Warp& w, const Operand& start, const Operand& length, unsigned width, int lane) {
  const unsigned from = std::min(w.get<uint32_t>(start, lane) & 0xff, width);
  return {from, std::min(w.get<uint32_t>(length, lane) & 0xff, width - from)};
}

template <class T>
T low_bits(unsigned count) {
  return count >= 8 * sizeof(T) ? T(~T{0}) : T((T{1} << count) - 1);
}

// bfi d, a, b, start, length: b with the field replaced by the lowest bits of a.
Action bfi(const Instruction& in) {
  check_modifiers(in, {});
  check_operands(in, 5);
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    using T = std::make_unsigned_t<typename decltype(tag)::type>;
    result = each_lane([&in](Warp& w, int lane) {
      const Field f = field(w, in.operands[3], in.operands[4], 8 * sizeof(T), lane);
      const T whole = w.get<T>(in.operands[2], lane);
      if (f.length == 0) return w.set<T>(in.operands[0], lane, whole);
      const T mask = low_bits<T>(f.length);
      const T part = w.get<T>(in.operands[1], lane) & mask;
      w.set<T>(in.operands[0], lane, T((whole & ~T(mask << f.start)) | T(part << f.start)));
    });
  });
  return result;
}

// bfe d, a, start, length. A signed field is extended by its highest bit.
Action bfe(const Instruction& in) {
  check_modifiers(in, {});
  check_operands(in, 4);
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    using U = std::make_unsigned_t<T>;
    result = each_lane([&in](Warp& w, int lane) {
      const Field f = field(w, in.operands[2], in.operands[3], 8 * sizeof(T), lane);
      if (f.length == 0) return w.set<T>(in.operands[0], lane, T{0});
      U bits = (w.get<U>(in.operands[1], lane) >> f.start) & low_bits<U>(f.length);
      if (std::is_signed_v<T> && bits >> (f.length - 1) & 1) bits |= ~low_bits<U>(f.length);
      w.set<T>(in.operands[0], lane, static_cast<T>(bits));
    });
  });
  return result;
}

// A 32-bit result of untyped bits.
template <class F>
Action count(const Instruction& in, F f) {
  check_modifiers(in, {});
  check_operands(in, 2);
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([&in, f](Warp& w, int lane) {
      w.set<uint32_t>(in.operands[0], lane,
                      static_cast<uint32_t>(f(w.get<T>(in.operands[1], lane))));
    });
  });
  return result;
}

Action popc(const Instruction& in) {
  return count(in, [](auto x) { return std::popcount(std::make_unsigned_t<decltype(x)>(x)); });
}
Action clz(const Instruction& in) {
  return count(in, [](auto x) { return std::countl_zero(std::make_unsigned_t<decltype(x)>(x)); });
}

// prmt d, a, b, selector: four bytes of {b, a}; a selector's top bit replicates the byte's sign.
Action prmt(const Instruction& in) {
  check_modifiers(in, {});
  check_operands(in, 4);
  return each_lane([&in](Warp& w, int lane) {
    const uint64_t bytes = uint64_t{w.get<uint32_t>(in.operands[2], lane)} << 32 |
                           w.get<uint32_t>(in.operands[1], lane);
    const auto selector = w.get<uint32_t>(in.operands[3], lane);
    uint32_t result = 0;
    for (unsigned i = 0; i < 4; i++) {
      const uint32_t choice = selector >> 4 * i & 15;
      const uint32_t byte = bytes >> 8 * (choice & 7) & 255;
      const uint32_t chosen = choice & 8 ? (byte & 128 ? 255 : 0) : byte;
      result |= chosen << 8 * i;
    }
    w.set<uint32_t>(in.operands[0], lane, result);
  });
}

}  // namespace

const DecoderTable& bit_field_decoders() {
  static const DecoderTable table{
      {"bfi", bfi}, {"bfe", bfe}, {"popc", popc}, {"clz", clz}, {"prmt", prmt}};
  return table;
}

}  // namespace ptx
