// SPDX-License-Identifier: Apache-2.0
// Where the centre is.
#pragma once

#include <cstdint>

namespace fovea::detail {

// How much of `room` stands before what is centred in it: half, of two halves the even one, as
// Python's round() does it and so torchvision's CenterCrop. Negative room is cut towards zero.
constexpr int64_t before_centre(int64_t room) {
  const int64_t half = room / 2;
  return room > 0 && room % 2 != 0 && half % 2 != 0 ? half + 1 : half;
}

}  // namespace fovea::detail
