// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "decode.h"

#include <type_traits>

namespace ptx {

// An Action of one lane's work: body(warp, lane).
template <class Body>
Action each_lane(Body body) {
  return [body](Warp& warp, Mask mask) { for_lanes(mask, [&](int lane) { body(warp, lane); }); };
}

// d = f(a) and d = f(a, b) of one type. The instruction must outlive the action.
template <class T, class F>
Action unary(const Instruction& in, F f) {
  check_operands(in, 2);
  return each_lane([&in, f](Warp& w, int lane) {
    w.set<T>(in.operands[0], lane, static_cast<T>(f(w.get<T>(in.operands[1], lane))));
  });
}

template <class T, class F>
Action binary(const Instruction& in, F f) {
  check_operands(in, 3);
  return each_lane([&in, f](Warp& w, int lane) {
    w.set<T>(in.operands[0], lane,
             static_cast<T>(f(w.get<T>(in.operands[1], lane), w.get<T>(in.operands[2], lane))));
  });
}

// Holds any product or shift of T.
template <class T>
using Wide = std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>;

}  // namespace ptx
