// SPDX-License-Identifier: Apache-2.0
// What happens before what among the threads of the running block: barriers order all of them,
// __syncwarp some lanes.
#pragma once
#include "check/record.h"

#include <cstdint>

namespace cuda_emulation {

class BlockOrder {
 public:
  void start(uint32_t key, int warps);
  void barrier_passed() { ++barrier_; }
  void warp_ordered(int warp, uint32_t mask);

  uint32_t key() const { return key_; }
  // The record of an access that thread makes now.
  Record stamp(int thread, const void* pc) const {
    Record record{};
    record.key = key_;
    record.barrier = barrier_;
    record.clock = clock_[thread];
    record.pc = reinterpret_cast<uintptr_t>(pc);
    record.thread = unsigned(thread);
    return record;
  }
  // Whether a record of this block happened before what the thread does now.
  bool ordered(const Record& record, int thread) const {
    return record.barrier != barrier_ || int(record.thread) == thread ||
           (int(record.thread) >> 5 == thread >> 5 &&
            seen(thread, int(record.thread)) >= record.clock);
  }
  // Likewise for the readers that a record stands for.
  bool readers_ordered(const Record& record, int thread) const {
    if (record.barrier != barrier_) return true;
    if (record.flags & several_warps) return false;
    if (!(record.flags & several_threads)) return ordered(record, thread);
    return int(record.thread) >> 5 == thread >> 5 &&
           seen(thread, int(record.thread)) >= record.clock;
  }

 private:
  static constexpr int lanes = 32, max_threads = 1024;
  // Vector clocks within the warp: how far into the other lane's time the thread's knowledge
  // reaches.
  uint16_t seen(int thread, int other) const { return seen_[thread][other & 31]; }

  uint32_t key_ = 0;
  uint16_t barrier_ = 0;
  uint16_t clock_[max_threads];
  uint16_t seen_[max_threads][lanes];
};

}  // namespace cuda_emulation
