// SPDX-License-Identifier: Apache-2.0
// The cp.async copies of one thread that have not been made.
#pragma once
#include <deque>
#include <vector>

namespace cuda_emulation {

struct AsyncCopy {
  void* shared;
  const void* global;
  int bytes, src_bytes;
  const void* pc;
};

struct PendingCopies {
  std::vector<AsyncCopy> open;                // not yet in a group
  std::deque<std::vector<AsyncCopy>> groups;  // oldest first
};

}  // namespace cuda_emulation
