// SPDX-License-Identifier: Apache-2.0
// Who touched a piece of memory last, and when.
#pragma once
#include <cstdint>

namespace cuda_emulation {

// 16 bytes: there are two for every four bytes of memory.
struct Record {
  uint64_t key : 32;      // of the block or operation; 0: nobody
  uint64_t barrier : 16;  // barriers that the block had passed
  uint64_t clock : 16;    // of the lane: the times its order within the warp changed
  uint64_t pc : 47;
  uint64_t thread : 10;
  uint64_t flags : 7;
};
static_assert(sizeof(Record) == 16);

// Of writes.
constexpr unsigned initialised = 15;  // one bit a byte; shared memory only
constexpr unsigned is_atomic = 16;
constexpr unsigned is_split = 32;    // bytes were touched alone: a cell for each is elsewhere
constexpr unsigned is_pending = 64;  // an asynchronous copy will write here
// Of reads.
constexpr unsigned several_threads = 1, several_warps = 2;

struct Cell {
  Record write, read;
};

}  // namespace cuda_emulation
