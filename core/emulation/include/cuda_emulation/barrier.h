// SPDX-License-Identifier: Apache-2.0
// Barriers of the block and memory fences.
#pragma once
#include "cuda_emulation/thread.h"

namespace cuda_emulation {
enum class Vote { any, all, count };
void block_barrier(Site site);  // by value: in registers
int block_barrier_vote(bool predicate, Vote vote, Site site);
void memory_fence(bool beyond_block);
}  // namespace cuda_emulation

inline namespace cuda_emulated {

inline void __syncthreads(CUDA_EMULATION_SITE) { cuda_emulation::block_barrier(site); }
inline int __syncthreads_or(int predicate, CUDA_EMULATION_SITE) {
  return cuda_emulation::block_barrier_vote(predicate != 0, cuda_emulation::Vote::any, site);
}
inline int __syncthreads_and(int predicate, CUDA_EMULATION_SITE) {
  return cuda_emulation::block_barrier_vote(predicate != 0, cuda_emulation::Vote::all, site);
}
inline int __syncthreads_count(int predicate, CUDA_EMULATION_SITE) {
  return cuda_emulation::block_barrier_vote(predicate != 0, cuda_emulation::Vote::count, site);
}
inline void __threadfence_block() { cuda_emulation::memory_fence(false); }
inline void __threadfence() { cuda_emulation::memory_fence(true); }
inline void __threadfence_system() { cuda_emulation::memory_fence(true); }

}  // namespace cuda_emulated
