// SPDX-License-Identifier: Apache-2.0
// cvt, for the pairs of types that compiled kernels use.
#include "../../support/small_float.h"
#include "lane_action.h"
#include "type.h"

#include <cmath>
#include <limits>

namespace ptx {

namespace {

using small_float::Format;
using small_float::Rounding;

struct Conversion {
  const Instruction& in;
  std::string to, from;
};

bool is_small_float(const std::string& type) {
  return type == "f16" || type == "bf16" || type == "tf32";
}

Format format_of(const std::string& type) {
  return type == "f16"    ? small_float::kHalf
         : type == "bf16" ? small_float::kBfloat16
                          : small_float::kTf32;
}

Rounding rounding_of(const Instruction& in) {
  if (in.has("rna")) return Rounding::NearestAway;
  if (in.has("rz") || in.has("rzi")) return Rounding::TowardZero;
  if (in.has("rp") || in.has("rpi")) return Rounding::Up;
  if (in.has("rm") || in.has("rmi")) return Rounding::Down;
  return Rounding::NearestEven;
}

// Any operand as a double; exact for all types but 64-bit integers.
double value_of(const Warp& w, const Operand& operand, const std::string& type, int line,
                int lane) {
  if (type == "f16" || type == "bf16")
    return small_float::decode(format_of(type), w.get<uint16_t>(operand, lane));
  double value = 0;
  with_type(type, line, [&](auto tag) {
    value = static_cast<double>(w.get<typename decltype(tag)::type>(operand, lane));
  });
  return value;
}

Action to_small_float(const Conversion& c) {
  const Format format = format_of(c.to);
  // The canonical NaN of f16 and bf16 has all bits but the sign.
  const uint32_t nan = format.sign_bit() - 1;
  const bool tf32 = c.to == "tf32";
  return each_lane([c, format, nan, tf32](Warp& w, int lane) {
    const double value = value_of(w, c.in.operands[1], c.from, c.in.line, lane);
    const uint32_t bits = small_float::encode(format, value, rounding_of(c.in), nan);
    if (tf32)
      w.set<uint32_t>(c.in.operands[0], lane, bits << 13);
    else
      w.set<uint16_t>(c.in.operands[0], lane, static_cast<uint16_t>(bits));
  });
}

template <class T>
T saturate(double value) {
  if (std::isnan(value)) return 0;
  constexpr double kLow = static_cast<double>(std::numeric_limits<T>::min());
  const double high = std::ldexp(1.0, std::numeric_limits<T>::digits);
  if (value <= kLow) return std::numeric_limits<T>::min();
  return value >= high ? std::numeric_limits<T>::max() : static_cast<T>(value);
}

bool is_float(const std::string& type) { return type == "f32" || type == "f64"; }

Action to_float(const Conversion& c) {
  Action result;
  with_type(c.to, c.in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([c](Warp& w, int lane) {
      const double value = value_of(w, c.in.operands[1], c.from, c.in.line, lane);
      w.set<T>(c.in.operands[0], lane, static_cast<T>(value));
    });
  });
  return result;
}

Action float_to_integer(const Conversion& c) {
  Action result;
  with_integer(c.to, c.in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = each_lane([c](Warp& w, int lane) {
      const double value = value_of(w, c.in.operands[1], c.from, c.in.line, lane);
      w.set<T>(c.in.operands[0], lane,
               saturate<T>(small_float::round_integer(value, rounding_of(c.in))));
    });
  });
  return result;
}

Action integer_to_integer(const Conversion& c) {
  Action result;
  with_integer(c.to, c.in.line, [&](auto to) {
    with_integer(c.from, c.in.line, [&](auto from) {
      using To = typename decltype(to)::type;
      using From = typename decltype(from)::type;
      result = each_lane([c](Warp& w, int lane) {
        w.set<To>(c.in.operands[0], lane, static_cast<To>(w.get<From>(c.in.operands[1], lane)));
      });
    });
  });
  return result;
}

Action cvt(const Instruction& in) {
  check_modifiers(in, {"rn", "rz", "rm", "rp", "rna", "rni", "rzi", "rmi", "rpi"}, 2);
  check_operands(in, 2);
  if (in.words.size() < 3) throw Error(in.line, in.opcode + " names no two types");
  const Conversion c{in, in.words[in.words.size() - 2], in.words.back()};
  const bool wide = type_size(c.from, in.line) == 8 && !is_float(c.from);
  if (is_small_float(c.to)) return to_small_float(c);
  if (is_float(c.to)) {
    // A 64-bit integer would be rounded twice, first to double.
    if (wide || rounding_of(in) != Rounding::NearestEven)
      throw Error(in.line, in.opcode + " is not supported");
    return to_float(c);
  }
  if (is_float(c.from) || is_small_float(c.from)) return float_to_integer(c);
  return integer_to_integer(c);
}

}  // namespace

const DecoderTable& conversion_decoders() {
  static const DecoderTable table{{"cvt", cvt}};
  return table;
}

}  // namespace ptx
