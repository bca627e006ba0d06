// SPDX-License-Identifier: Apache-2.0
// Warp collectives: each lane of the mask brings an argument; the last to arrive computes every
// lane's result.
#pragma once
#include "cuda_emulation/thread.h"

#include <cstdint>
#include <type_traits>

namespace cuda_emulation {

// arguments[lane] belongs to that lane of the mask; the others are not to be read.
using WarpFunction = void (*)(uint32_t mask, void* const* arguments, const Site& site);

enum class Ordering {
  none,
  memory
};  // whether the collective orders memory accesses among its lanes

void warp_collective(uint32_t mask, void* argument, WarpFunction function, const char* name,
                     Ordering ordering, const Site& site);

template <class T>
struct ShuffleArgument {
  T value;
  int source;
  T result;
};

// Reads and writes other lanes' local variables, which checked kernels must not.
template <class T>
__attribute__((no_sanitize("thread"))) void shuffle_lanes(uint32_t mask, void* const* arguments,
                                                          const Site& site) {
  for (int lane = 0; lane < 32; ++lane) {
    if (!(mask >> lane & 1)) continue;
    auto* own = static_cast<ShuffleArgument<T>*>(arguments[lane]);
    if (!(mask >> own->source & 1)) {
      fail_kernel(cudaErrorLaunchFailure, "warp_misuse", site,
                  "shuffle: lane %d reads lane %d, which is not in the mask 0x%08x", lane,
                  own->source, mask);
    }
    own->result = static_cast<ShuffleArgument<T>*>(arguments[own->source])->value;
  }
}

template <class T>
inline T shuffle(uint32_t mask, T value, int source, const char* name, const Site& site) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8,
                "a shuffle moves 2, 4 or 8 bytes");
  ShuffleArgument<T> argument{value, source, value};
  warp_collective(mask, &argument, &shuffle_lanes<T>, name, Ordering::none, site);
  return argument.result;
}

uint32_t warp_ballot(uint32_t mask, bool predicate, const char* name, const Site& site);
uint32_t warp_match_any(uint32_t mask, uint64_t bits, const Site& site);
uint32_t warp_match_all(uint32_t mask, uint64_t bits, bool* all, const Site& site);

enum class WarpReduction {
  add,
  min_signed,
  max_signed,
  min_unsigned,
  max_unsigned,
  bit_and,
  bit_or,
  bit_xor
};
uint32_t warp_reduce(uint32_t mask, uint32_t value, WarpReduction reduction, const Site& site);

template <class T>
inline uint64_t match_bits(T value) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

uint32_t active_mask();

}  // namespace cuda_emulation

inline namespace cuda_emulated {

void __syncwarp(unsigned mask = 0xffffffffu, CUDA_EMULATION_SITE);

// Source lanes are counted within segments of `width` lanes; a source outside of the segment leaves
// the lane's own value.
template <class T>
inline T __shfl_sync(unsigned mask, T value, int source, int width = 32, CUDA_EMULATION_SITE) {
  const int lane = cuda_emulation::lane_id();
  const int from = (lane & ~(width - 1)) | (source & (width - 1));
  return cuda_emulation::shuffle(mask, value, from, "__shfl_sync", site);
}
template <class T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                        CUDA_EMULATION_SITE) {
  const int lane = cuda_emulation::lane_id(), first = lane & ~(width - 1);
  const int from = lane - int(delta) < first ? lane : lane - int(delta);
  return cuda_emulation::shuffle(mask, value, from, "__shfl_up_sync", site);
}
template <class T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                          CUDA_EMULATION_SITE) {
  const int lane = cuda_emulation::lane_id(), end = (lane & ~(width - 1)) + width;
  const int from = lane + int(delta) >= end ? lane : lane + int(delta);
  return cuda_emulation::shuffle(mask, value, from, "__shfl_down_sync", site);
}
template <class T>
inline T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32,
                         CUDA_EMULATION_SITE) {
  const int lane = cuda_emulation::lane_id(), end = (lane & ~(width - 1)) + width;
  const int from = (lane ^ lane_mask) >= end ? lane : lane ^ lane_mask;
  return cuda_emulation::shuffle(mask, value, from, "__shfl_xor_sync", site);
}

inline unsigned __ballot_sync(unsigned mask, int predicate, CUDA_EMULATION_SITE) {
  return cuda_emulation::warp_ballot(mask, predicate != 0, "__ballot_sync", site);
}
inline int __any_sync(unsigned mask, int predicate, CUDA_EMULATION_SITE) {
  return cuda_emulation::warp_ballot(mask, predicate != 0, "__any_sync", site) != 0;
}
inline int __all_sync(unsigned mask, int predicate, CUDA_EMULATION_SITE) {
  return cuda_emulation::warp_ballot(mask, predicate == 0, "__all_sync", site) == 0;
}
inline unsigned __activemask() { return cuda_emulation::active_mask(); }

template <class T>
inline unsigned __match_any_sync(unsigned mask, T value, CUDA_EMULATION_SITE) {
  return cuda_emulation::warp_match_any(mask, cuda_emulation::match_bits(value), site);
}
template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int* all, CUDA_EMULATION_SITE) {
  bool same = false;
  const unsigned lanes =
      cuda_emulation::warp_match_all(mask, cuda_emulation::match_bits(value), &same, site);
  *all = same;
  return lanes;
}

#define CUDA_EMULATION_REDUCE(name, type, operation)                                          \
  inline type name(unsigned mask, type value, CUDA_EMULATION_SITE) {                          \
    return type(cuda_emulation::warp_reduce(mask, unsigned(value),                            \
                                            cuda_emulation::WarpReduction::operation, site)); \
  }
CUDA_EMULATION_REDUCE(__reduce_add_sync, unsigned, add)
CUDA_EMULATION_REDUCE(__reduce_add_sync, int, add)
CUDA_EMULATION_REDUCE(__reduce_min_sync, unsigned, min_unsigned)
CUDA_EMULATION_REDUCE(__reduce_min_sync, int, min_signed)
CUDA_EMULATION_REDUCE(__reduce_max_sync, unsigned, max_unsigned)
CUDA_EMULATION_REDUCE(__reduce_max_sync, int, max_signed)
CUDA_EMULATION_REDUCE(__reduce_and_sync, unsigned, bit_and)
CUDA_EMULATION_REDUCE(__reduce_or_sync, unsigned, bit_or)
CUDA_EMULATION_REDUCE(__reduce_xor_sync, unsigned, bit_xor)
#undef CUDA_EMULATION_REDUCE

}  // namespace cuda_emulated
