// SPDX-License-Identifier: Apache-2.0
// setp and selp.
#include "lane_action.h"
#include "type.h"

#include <string_view>

namespace ptx {

namespace {

// Relations of floats that end in u hold if an operand is a NaN; the others do not. lo, ls, hi, hs
// are unsigned spellings.
template <class T>
bool holds(std::string_view relation, T a, T b) {
  const bool unordered = a != a || b != b;
  if (relation == "num") return !unordered;
  if (relation == "nan") return unordered;
  if (relation.size() == 3 && unordered) return true;
  const std::string_view base = relation.substr(0, 2);
  if (base == "eq") return a == b;
  if (base == "ne") return !unordered && a != b;
  if (base == "lt" || base == "lo") return a < b;
  if (base == "le" || base == "ls") return a <= b;
  if (base == "gt" || base == "hi") return a > b;
  return a >= b;
}

Action setp(const Instruction& in) {
  constexpr std::string_view kRelations[] = {"eq",  "ne",  "lt",  "le",  "gt",  "ge",
                                             "lo",  "ls",  "hi",  "hs",  "equ", "neu",
                                             "ltu", "leu", "gtu", "geu", "num", "nan"};
  check_operands(in, 3);
  if (in.words.size() != 3 ||
      std::find(std::begin(kRelations), std::end(kRelations), in.words[1]) == std::end(kRelations))
    throw Error(in.line, in.opcode + " is not supported");
  Action result;
  with_type(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([&in](Warp& w, int lane) {
      const bool value =
          holds(in.words[1], w.get<T>(in.operands[1], lane), w.get<T>(in.operands[2], lane));
      w.set<uint8_t>(in.operands[0], lane, value);
    });
  });
  return result;
}

Action selp(const Instruction& in) {
  check_modifiers(in, {});
  check_operands(in, 4);
  return each_lane([&in](Warp& w, int lane) {
    const bool first = (w.get<uint8_t>(in.operands[3], lane) & 1) != in.operands[3].negated;
    w.set<uint64_t>(in.operands[0], lane, w.bits(in.operands[first ? 1 : 2], lane));
  });
}

}  // namespace

const DecoderTable& comparison_decoders() {
  static const DecoderTable table{{"setp", setp}, {"selp", selp}};
  return table;
}

}  // namespace ptx
