// SPDX-License-Identifier: Apache-2.0
// __syncthreads and its kin.
#include "cuda_emulation/barrier.h"

#include "execution/checker.h"
#include "execution/place.h"
#include "execution/thread_block.h"

#include <atomic>
#include <cstring>

namespace cuda_emulation {

bool same_site(const Site& a, const Site& b) {
  return a.line == b.line && a.column == b.column &&
         (a.file == b.file || (a.file && b.file && !std::strcmp(a.file, b.file)));
}

void ThreadBlock::check_barrier(const Site& site) {
  if (at_barrier_ == 0) {
    barrier_site_ = site;
    barrier_lane_ = current_;
  } else if (!same_site(site, barrier_site_)) {
    Report report =
        failure(cudaErrorLaunchFailure, "divergent_barrier", site,
                "divergent barrier: threads of the block wait in another __syncthreads");
    report.others.push_back(place_of(*barrier_lane_));
    fail(std::move(report));
  }
  if (!exited_) return;
  const EarlyExit rule = launch_->configuration.early_exit;
  if (rule == EarlyExit::error) {
    fail_kernel(cudaErrorLaunchFailure, "early_exit", site,
                "__syncthreads after %d threads of the block have returned", exited_);
  }
  if (rule == EarlyExit::suspicious && same_site(left_after_, site)) {
    fail_kernel(
        cudaErrorLaunchFailure, "divergent_barrier", site,
        "divergent trip count: threads have returned that passed this __syncthreads fewer times");
  }
}

void ThreadBlock::barrier(Site site) {
  Lane& lane = *current_;
  const bool as_before = at_barrier_ && site.file == barrier_site_.file &&
                         site.line == barrier_site_.line && site.column == barrier_site_.column;
  if (!as_before || exited_) check_barrier(site);
  lane.site = site;
  if (notes_passed_) lane.passed = site;
  ++at_barrier_;
  if (at_barrier_ + exited_ == threads_) {
    release_barrier();
    return;
  }
  warps_[lane.warp()].at_barrier |= lane.bit();
  suspend();
}

void ThreadBlock::release_barrier() {
  for (int i = 0; i < warp_count_; ++i) {
    Warp& warp = warps_[i];
    if (!warp.at_barrier) continue;
    warp.ready |= warp.at_barrier;
    warp.at_barrier = 0;
    runnable_ |= 1u << i;
  }
  at_barrier_ = 0;
  if (Checker* check = checker()) check->barrier_passed();
}

int ThreadBlock::barrier_vote(bool predicate, Vote vote, Site site) {
  if (at_barrier_ == 0) votes_ = 0;
  const int voters = threads_ - exited_;
  votes_ += predicate;
  barrier(site);
  const int votes = votes_;
  barrier(site);  // the next vote begins when all have read this one
  switch (vote) {
    case Vote::any:
      return votes != 0;
    case Vote::all:
      return votes == voters;
    case Vote::count:
      return votes;
  }
  return 0;
}

void block_barrier(Site site) { running_block("__syncthreads").barrier(site); }

int block_barrier_vote(bool predicate, Vote vote, Site site) {
  return running_block("__syncthreads").barrier_vote(predicate, vote, site);
}

void memory_fence(bool beyond_block) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (Checker* check = checker(); check && beyond_block && this_thread.lane) check->fence();
}

}  // namespace cuda_emulation
