// SPDX-License-Identifier: Apache-2.0
// Stores past the caches: a result too large to be found there by who reads it is written without
// being read first, which saves a third of a copy's traffic.
#pragma once

#include <fovea/core/tensor.h>

#include <hwy/cache_control.h>

#include <cstdint>

namespace fovea::cpu {

// Whether to stream into `to`, whose rows of `channels` floats are written whole vectors at a time.
// After each work item that streamed, call end_streaming().
inline bool worth_streaming(const Tensor& to, int64_t channels) {
  constexpr size_t kLarge = size_t{8} << 20;  // bytes
  constexpr int64_t kLine = 64;
  return to.bytes() >= kLarge && channels * int64_t{sizeof(float)} % kLine == 0 &&
         reinterpret_cast<uintptr_t>(to.raw()) % kLine == 0;
}

// Makes streamed stores visible to the threads that this one signals next.
inline void end_streaming(bool stream) {
  if (stream) hwy::FlushStream();
}

}  // namespace fovea::cpu
