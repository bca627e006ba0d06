// SPDX-License-Identifier: Apache-2.0
// Integer and float arithmetic.
#include "lane_action.h"
#include "type.h"

#include <cmath>
#include <limits>
#include <type_traits>

namespace ptx {

namespace {

// Integers wrap around: computed without sign, so that nothing overflows.
template <class T>
using Wrapping = typename std::conditional_t<std::is_integral_v<T>, std::make_unsigned<T>,
                                             std::type_identity<T>>::type;

// op(type): any type that the instruction may have.
template <class Op>
Action by_type(const Instruction& in, Op op) {
  Action result;
  with_type(in.words.back(), in.line, [&](auto tag) { result = op(tag); });
  return result;
}

Action add(const Instruction& in) {
  check_modifiers(in, {"rn"});
  return by_type(in, [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    return binary<T>(in, [](T a, T b) { return a + b; });
  });
}

Action sub(const Instruction& in) {
  check_modifiers(in, {"rn"});
  return by_type(in, [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    return binary<T>(in, [](T a, T b) { return a - b; });
  });
}

Action neg(const Instruction& in) {
  check_modifiers(in, {});
  return by_type(in, [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    return unary<T>(in, [](T a) { return -a; });
  });
}

// a * b with 2 n bits: .lo and .hi are its halves, .wide is all of it.
template <class T>
Wide<T> product(Warp& w, const Instruction& in, int lane) {
  return Wide<T>{w.get<T>(in.operands[1], lane)} * Wide<T>{w.get<T>(in.operands[2], lane)};
}

// The type of twice the width.
template <class T>
struct Doubled;
template <>
struct Doubled<uint16_t> {
  using type = uint32_t;
};
template <>
struct Doubled<int16_t> {
  using type = int32_t;
};
template <>
struct Doubled<uint32_t> {
  using type = uint64_t;
};
template <>
struct Doubled<int32_t> {
  using type = int64_t;
};

template <class T>
Action wide_multiply(const Instruction& in, bool plus) {
  if constexpr (sizeof(T) == 2 || sizeof(T) == 4) {
    return each_lane([&in, plus](Warp& w, int lane) {
      using D = typename Doubled<T>::type;
      const Wide<T> c = plus ? Wide<T>{w.get<D>(in.operands[3], lane)} : 0;
      w.set<D>(in.operands[0], lane, static_cast<D>(product<T>(w, in, lane) + c));
    });
  } else {
    throw Error(in.line, in.opcode + ": no product of this width");
  }
}

template <class T>
Action half_multiply(const Instruction& in, bool plus) {
  const int shift = in.has("hi") ? 8 * sizeof(T) : 0;
  return each_lane([&in, plus, shift](Warp& w, int lane) {
    const Wide<T> c = plus ? Wide<T>{w.get<T>(in.operands[3], lane)} : 0;
    w.set<T>(in.operands[0], lane, static_cast<T>((product<T>(w, in, lane) >> shift) + c));
  });
}

Action integer_multiply(const Instruction& in, bool plus) {
  check_modifiers(in, {"lo", "hi", "wide"});
  check_operands(in, plus ? 4 : 3);
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = in.has("wide") ? wide_multiply<T>(in, plus) : half_multiply<T>(in, plus);
  });
  return result;
}

bool is_float(const Instruction& in) {
  return in.words.back() == "f32" || in.words.back() == "f64";
}

Action mul(const Instruction& in) {
  if (!is_float(in)) return integer_multiply(in, false);
  check_modifiers(in, {"rn"});
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return binary<T>(in, [](T a, T b) { return a * b; });
  });
}

Action fma(const Instruction& in) {
  check_modifiers(in, {"rn"});
  check_operands(in, 4);
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return each_lane([&in](Warp& w, int lane) {
      w.set<T>(
          in.operands[0], lane,
          static_cast<T>(std::fma(w.get<T>(in.operands[1], lane), w.get<T>(in.operands[2], lane),
                                  w.get<T>(in.operands[3], lane))));
    });
  });
}

Action mad(const Instruction& in) { return is_float(in) ? fma(in) : integer_multiply(in, true); }

Action div(const Instruction& in) {
  check_modifiers(in, {"rn"});
  if (is_float(in) && !in.has("rn")) throw Error(in.line, in.opcode + " is not supported");
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return binary<T>(in, [](T a, T b) {
      if constexpr (std::is_integral_v<T>)
        return b == 0 ? T(~T{0}) : T(a / b);
      else
        return a / b;
    });
  });
}

Action rem(const Instruction& in) {
  check_modifiers(in, {});
  Action result;
  with_integer(in.words.back(), in.line, [&](auto tag) {
    using T = typename decltype(tag)::type;
    result = binary<T>(in, [](T a, T b) { return b == 0 ? a : T(a % b); });
  });
  return result;
}

// A NaN gives way to a number.
Action min(const Instruction& in) {
  check_modifiers(in, {});
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return binary<T>(in, [](T a, T b) { return a != a ? b : b < a ? b : a; });
  });
}

Action max(const Instruction& in) {
  check_modifiers(in, {});
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return binary<T>(in, [](T a, T b) { return a != a ? b : a < b ? b : a; });
  });
}

Action abs(const Instruction& in) {
  check_modifiers(in, {});
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return unary<T>(in, [](T a) {
      if constexpr (std::is_floating_point_v<T>)
        return std::fabs(a);
      else
        return a < 0 ? T(-a) : a;
    });
  });
}

Action sqrt(const Instruction& in) {
  check_modifiers(in, {"rn"});
  return by_type(in, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return unary<T>(in, [](T a) { return std::sqrt(static_cast<double>(a)); });
  });
}

}  // namespace

const DecoderTable& arithmetic_decoders() {
  static const DecoderTable table{{"add", add}, {"sub", sub}, {"neg", neg}, {"mul", mul},
                                  {"mad", mad}, {"fma", fma}, {"div", div}, {"rem", rem},
                                  {"min", min}, {"max", max}, {"abs", abs}, {"sqrt", sqrt}};
  return table;
}

}  // namespace ptx
