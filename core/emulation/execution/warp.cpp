// SPDX-License-Identifier: Apache-2.0
// Warp collectives: arrival, misuse, and the collectives that need no template.
#include "cuda_emulation/warp.h"

#include "execution/checker.h"
#include "execution/place.h"
#include "execution/thread_block.h"

#include <cstdio>

namespace cuda_emulation {

void ThreadBlock::check_collective(uint32_t mask, WarpFunction function, const char* name,
                                   const Site& site) {
  const Lane& lane = *current_;
  const Warp& warp = warps_[lane.warp()];
  if (!(mask & lane.bit())) {
    fail_kernel(cudaErrorLaunchFailure, "warp_misuse", site,
                "%s: the calling lane %d is not in its own mask 0x%08x", name, lane.number & 31,
                mask);
  }
  if (const uint32_t gone = mask & (warp.exited | ~warp.all)) {
    fail_kernel(cudaErrorLaunchFailure, "warp_misuse", site,
                "%s: the mask 0x%08x names lane %d, which %s", name, mask, __builtin_ctz(gone),
                warp.exited & gone ? "has returned" : "does not exist");
  }
  for (uint32_t waiting = warp.at_collective & mask; waiting; waiting &= waiting - 1) {
    const Lane& other = lanes_[(lane.number & ~31) + __builtin_ctz(waiting)];
    if (other.mask == mask && other.function == function) continue;
    char text[256];
    std::snprintf(text, sizeof text, "%s with mask 0x%08x meets lane %d in %s with mask 0x%08x",
                  name, mask, other.number & 31, other.waits_in, other.mask);
    Report report = failure(cudaErrorLaunchFailure, "warp_misuse", site, text);
    report.others.push_back(place_of(other));
    fail(std::move(report));
  }
}

void ThreadBlock::collective(uint32_t mask, void* argument, WarpFunction function, const char* name,
                             Ordering ordering, const Site& site) {
  Lane& lane = *current_;
  const int number = lane.warp();
  Warp& warp = warps_[number];
  check_collective(mask, function, name, site);
  lane.site = site;
  lane.mask = mask;
  lane.argument = argument;
  lane.function = function;
  lane.waits_in = name;
  const uint32_t others = mask & ~lane.bit();
  if ((warp.at_collective & others) != others) {
    warp.at_collective |= lane.bit();
    suspend();
    return;
  }
  if (function) {
    void* arguments[32];
    for (uint32_t left = mask; left; left &= left - 1) {
      const int i = __builtin_ctz(left);
      arguments[i] = lanes_[number * 32 + i].argument;
    }
    function(mask, arguments, site);
  }
  warp.at_collective &= ~others;
  warp.ready |= others;
  if (others) runnable_ |= 1u << number;
  if (ordering == Ordering::memory) {
    if (Checker* check = checker()) check->warp_ordered(number, mask);
  }
}

void ThreadBlock::check_exit(const Lane& lane) {
  const Warp& warp = warps_[lane.warp()];
  for (uint32_t waiting = warp.at_collective; waiting; waiting &= waiting - 1) {
    const Lane& other = lanes_[(lane.number & ~31) + __builtin_ctz(waiting)];
    if (!(other.mask & lane.bit())) continue;
    fail_kernel(cudaErrorLaunchFailure, "warp_misuse", other.site,
                "the thread returns while lane %d waits for it in %s with mask 0x%08x",
                other.number & 31, other.waits_in, other.mask);
  }
  if (notes_passed_ && lane.passed.line) left_after_ = lane.passed;
  if (!at_barrier_) return;
  const EarlyExit rule = launch_->configuration.early_exit;
  if (rule == EarlyExit::error) {
    fail_kernel(cudaErrorLaunchFailure, "early_exit", barrier_site_,
                "the thread returns while others wait in __syncthreads");
  }
  if (rule == EarlyExit::suspicious && same_site(lane.passed, barrier_site_)) {
    fail_kernel(cudaErrorLaunchFailure, "divergent_barrier", barrier_site_,
                "divergent trip count: the thread returns having passed the __syncthreads in which "
                "others wait once more");
  }
}

void warp_collective(uint32_t mask, void* argument, WarpFunction function, const char* name,
                     Ordering ordering, const Site& site) {
  running_block(name).collective(mask, argument, function, name, ordering, site);
}

namespace {

template <class F>
void for_lanes(uint32_t mask, F f) {
  for (; mask; mask &= mask - 1) f(__builtin_ctz(mask));
}

struct BallotArgument {
  bool predicate;
  uint32_t result;
};

void ballot_lanes(uint32_t mask, void* const* arguments, const Site&) {
  uint32_t result = 0;
  for_lanes(mask, [&](int i) {
    result |= uint32_t(static_cast<BallotArgument*>(arguments[i])->predicate) << i;
  });
  for_lanes(mask, [&](int i) { static_cast<BallotArgument*>(arguments[i])->result = result; });
}

struct MatchArgument {
  uint64_t bits;
  uint32_t same;
};

void match_lanes(uint32_t mask, void* const* arguments, const Site&) {
  for_lanes(mask, [&](int i) {
    auto* own = static_cast<MatchArgument*>(arguments[i]);
    own->same = 0;
    for_lanes(mask, [&](int j) {
      own->same |= uint32_t(static_cast<MatchArgument*>(arguments[j])->bits == own->bits) << j;
    });
  });
}

struct ReduceArgument {
  uint32_t value;
  WarpReduction reduction;
  uint32_t result;
};

uint32_t combine(WarpReduction reduction, uint32_t a, uint32_t b) {
  switch (reduction) {
    case WarpReduction::add:
      return a + b;
    case WarpReduction::min_signed:
      return int32_t(b) < int32_t(a) ? b : a;
    case WarpReduction::max_signed:
      return int32_t(a) < int32_t(b) ? b : a;
    case WarpReduction::min_unsigned:
      return b < a ? b : a;
    case WarpReduction::max_unsigned:
      return a < b ? b : a;
    case WarpReduction::bit_and:
      return a & b;
    case WarpReduction::bit_or:
      return a | b;
    case WarpReduction::bit_xor:
      return a ^ b;
  }
  return 0;
}

void reduce_lanes(uint32_t mask, void* const* arguments, const Site&) {
  const auto* first = static_cast<ReduceArgument*>(arguments[__builtin_ctz(mask)]);
  uint32_t result = first->value;
  for_lanes(mask & (mask - 1), [&](int i) {
    result = combine(first->reduction, result, static_cast<ReduceArgument*>(arguments[i])->value);
  });
  for_lanes(mask, [&](int i) { static_cast<ReduceArgument*>(arguments[i])->result = result; });
}

}  // namespace

uint32_t warp_ballot(uint32_t mask, bool predicate, const char* name, const Site& site) {
  BallotArgument argument{predicate, 0};
  warp_collective(mask, &argument, &ballot_lanes, name, Ordering::none, site);
  return argument.result;
}

uint32_t warp_match_any(uint32_t mask, uint64_t bits, const Site& site) {
  MatchArgument argument{bits, 0};
  warp_collective(mask, &argument, &match_lanes, "__match_any_sync", Ordering::none, site);
  return argument.same;
}

uint32_t warp_match_all(uint32_t mask, uint64_t bits, bool* all, const Site& site) {
  MatchArgument argument{bits, 0};
  warp_collective(mask, &argument, &match_lanes, "__match_all_sync", Ordering::none, site);
  *all = argument.same == mask;
  return *all ? mask : 0;
}

uint32_t warp_reduce(uint32_t mask, uint32_t value, WarpReduction reduction, const Site& site) {
  ReduceArgument argument{value, reduction, 0};
  warp_collective(mask, &argument, &reduce_lanes, "__reduce_sync", Ordering::none, site);
  return argument.result;
}

uint32_t active_mask() { return running_block("__activemask").running_mask(); }

}  // namespace cuda_emulation

inline namespace cuda_emulated {

void __syncwarp(unsigned mask, cuda_emulation::Site site) {
  cuda_emulation::warp_collective(mask, nullptr, nullptr, "__syncwarp",
                                  cuda_emulation::Ordering::memory, site);
}

}  // namespace cuda_emulated
