// SPDX-License-Identifier: Apache-2.0
// mov, ld, st and cvta.
#include "lane_action.h"
#include "memory.h"
#include "type.h"

#include <cstring>

namespace ptx {

namespace {

Space space_of(const Instruction& in) {
  if (in.has("param")) return Space::Param;
  if (in.has("shared")) return Space::Shared;
  return in.has("global") ? Space::Global : Space::Generic;
}

// The registers of a scalar or vector operand.
std::vector<Operand> elements_of(const Operand& operand) {
  return operand.kind == Operand::Kind::Vector ? operand.elements : std::vector<Operand>{operand};
}

void check_access(const Instruction& in) {
  check_modifiers(in, {"param", "shared", "global", "nc", "volatile", "v2", "v4"});
  check_operands(in, 2);
}

Action ld(const Instruction& in) {
  check_access(in);
  const std::vector<Operand> to = elements_of(in.operands[0]);
  Action result;
  with_type(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([&in, to, space = space_of(in)](Warp& w, int lane) {
      const std::byte* from =
          w.memory.at(space, w.address(in.operands[1], lane), to.size() * sizeof(T), in);
      for (const Operand& element : to) {
        T value;
        std::memcpy(&value, from, sizeof value);
        w.set<T>(element, lane, value);
        from += sizeof value;
      }
    });
  });
  return result;
}

Action st(const Instruction& in) {
  check_access(in);
  const std::vector<Operand> from = elements_of(in.operands[1]);
  Action result;
  with_type(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([&in, from, space = space_of(in)](Warp& w, int lane) {
      std::byte* to =
          w.memory.at(space, w.address(in.operands[0], lane), from.size() * sizeof(T), in);
      for (const Operand& element : from) {
        const T value = w.get<T>(element, lane);
        std::memcpy(to, &value, sizeof value);
        to += sizeof value;
      }
    });
  });
  return result;
}

// mov.b32 %r, {%lo, %hi}: the first element has the lowest bits.
Action pack(const Instruction& in, size_t size) {
  return each_lane([&in, bits = 8 * size](Warp& w, int lane) {
    const std::vector<Operand>& from = in.operands[1].elements;
    const size_t part = bits / from.size();
    uint64_t whole = 0;
    for (size_t i = 0; i < from.size(); i++)
      whole |= (w.bits(from[i], lane) & ((uint64_t{1} << part) - 1)) << (i * part);
    w.set<uint64_t>(in.operands[0], lane, whole);
  });
}

Action unpack(const Instruction& in, size_t size) {
  return each_lane([&in, bits = 8 * size](Warp& w, int lane) {
    const std::vector<Operand>& to = in.operands[0].elements;
    const size_t part = bits / to.size();
    const uint64_t whole = w.bits(in.operands[1], lane);
    for (size_t i = 0; i < to.size(); i++)
      w.set<uint64_t>(to[i], lane, whole >> (i * part) & ((uint64_t{1} << part) - 1));
  });
}

Action mov(const Instruction& in) {
  check_modifiers(in, {});
  check_operands(in, 2);
  const size_t size = in.words.back() == "pred" ? 1 : type_size(in.words.back(), in.line);
  if (in.operands[1].kind == Operand::Kind::Vector) return pack(in, size);
  if (in.operands[0].kind == Operand::Kind::Vector) return unpack(in, size);
  return each_lane([&in](Warp& w, int lane) {
    w.set<uint64_t>(in.operands[0], lane, w.bits(in.operands[1], lane));
  });
}

// Generic addresses of global memory are the addresses themselves.
Action cvta(const Instruction& in) {
  check_modifiers(in, {"to", "global", "shared"});
  check_operands(in, 2);
  const uint64_t window = in.has("shared") ? kSharedWindow : 0;
  const bool from_generic = in.has("to");
  return each_lane([&in, window, from_generic](Warp& w, int lane) {
    const uint64_t address = w.bits(in.operands[1], lane);
    w.set<uint64_t>(in.operands[0], lane, from_generic ? address - window : address + window);
  });
}

}  // namespace

const DecoderTable& memory_decoders() {
  static const DecoderTable table{{"ld", ld}, {"st", st}, {"mov", mov}, {"cvta", cvta}};
  return table;
}

}  // namespace ptx
