// SPDX-License-Identifier: Apache-2.0
// Channels last from channels first.
#pragma once

#include "reference/array.h"

namespace fovea::reference {

// x (n, c, h, w) as (n, h, w, c).
inline Array<float> nchw_to_nhwc(const Array<float>& x) {
  const Shape& s = x.shape;
  Array<float> y(Shape{s[0], s[2], s[3], s[1]});
  for (int64_t n = 0; n < s[0]; n++) {
    for (int64_t c = 0; c < s[1]; c++) {
      for (int64_t i = 0; i < s[2]; i++) {
        for (int64_t j = 0; j < s[3]; j++) y(n, i, j, c) = x(n, c, i, j);
      }
    }
  }
  return y;
}

}  // namespace fovea::reference
