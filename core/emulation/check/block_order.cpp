// SPDX-License-Identifier: Apache-2.0
#include "check/block_order.h"

#include <algorithm>
#include <cstring>

namespace cuda_emulation {

void BlockOrder::start(uint32_t key, int warps) {
  key_ = key;
  barrier_ = 0;
  std::fill_n(clock_, warps * lanes, uint16_t(1));
  std::memset(seen_, 0, size_t(warps) * lanes * sizeof seen_[0]);
}

void BlockOrder::warp_ordered(int warp, uint32_t mask) {
  uint16_t joined[lanes] = {};
  for (int lane = 0; lane < lanes; ++lane) {
    if (!(mask >> lane & 1)) continue;
    const int thread = warp * lanes + lane;
    for (int i = 0; i < lanes; ++i) joined[i] = std::max(joined[i], seen_[thread][i]);
    joined[lane] = std::max(joined[lane], clock_[thread]);
  }
  for (int lane = 0; lane < lanes; ++lane) {
    if (!(mask >> lane & 1)) continue;
    const int thread = warp * lanes + lane;
    std::memcpy(seen_[thread], joined, sizeof joined);
    ++clock_[thread];
  }
}

}  // namespace cuda_emulation
