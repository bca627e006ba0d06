// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "decode.h"

namespace ptx {

// An Action of one lane's work: body(warp, lane).
template <class Body>
Action each_lane(Body body) {
  return [body](Warp& warp, Mask mask) { for_lanes(mask, [&](int lane) { body(warp, lane); }); };
}

}  // namespace ptx
