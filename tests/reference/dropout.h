// SPDX-License-Identifier: Apache-2.0
// Dropout, its mask number by number.
#pragma once

#include "reference/array.h"

#include <fovea/core/random.h>
#include <fovea/kernels/dropout.h>

namespace fovea::reference {

inline bool dropout_keeps(const DropoutParams& params, const DropoutMask& mask, int64_t n,
                          int64_t element) {
  const RandomStream stream(mask.seed, Purpose::dropout, mask.layer, mask.epoch,
                            mask.samples[static_cast<size_t>(n)]);
  const ElementMap& map = mask.elements;
  if (map.run > 0) element = element / map.run * map.stride + map.offset + element % map.run;
  return stream.bits(static_cast<uint64_t>(element)) >= double{params.p} * 0x1p32;
}

// Also the gradient, of dy.
template <class T>
Array<T> dropout(const DropoutParams& params, const DropoutMask& mask, const Array<T>& x) {
  Array<T> y(x.shape);
  const T kept = T(1) - static_cast<T>(params.p);
  const T scale = params.scale_at == DropoutParams::ScaleAt::train ? T(1) / kept : T(1);
  const int64_t row = x.shape[0] == 0 ? 0 : x.elements() / x.shape[0];
  for (int64_t i = 0; i < x.elements(); i++) {
    y[i] = dropout_keeps(params, mask, i / row, i % row) ? scale * x[i] : T(0);
  }
  return y;
}

}  // namespace fovea::reference
