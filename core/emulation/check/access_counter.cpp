// SPDX-License-Identifier: Apache-2.0
#include "check/access_counter.h"

#include "execution/launch.h"
#include "report/counter_store.h"

namespace cuda_emulation {

void AccessCounter::start_launch(const Launch& launch) {
  counters_ = &counters_of(launch.call.function);
  ++counters_->launches;
  counters_->blocks += launch.blocks;
  counters_->threads += launch.blocks * launch.block.x * launch.block.y * launch.block.z;
}

void AccessCounter::start_block() {
  for (uint64_t& step : last_step_) step = 0;
}

void AccessCounter::access(int thread, bool shared, Access kind, const void* address, size_t bytes,
                           const void* pc) {
  const int lane = thread % Request::lanes;
  Instruction& instruction =
      instructions_[{reinterpret_cast<uint64_t>(pc), thread / Request::lanes}];
  const uint32_t time = instruction.executed[lane]++;
  instruction.shared = shared;
  instruction.kind = kind;
  if (time >= instruction.requests.size()) {
    if (requests_ >= max_requests) {
      counters_->complete = false;
      return;
    }
    instruction.requests.resize(time + 1);
    ++requests_;
  }
  instruction.requests[time].add(lane, reinterpret_cast<uint64_t>(address), bytes);
}

// The step before was the end of a basic block; the branch there is divergent if lanes take
// different ways at the same time.
void AccessCounter::step(int thread, const void* pc) {
  const auto target = reinterpret_cast<uint64_t>(pc);
  const uint64_t from = last_step_[thread];
  last_step_[thread] = target;
  if (!from) return;
  const int lane = thread % Request::lanes;
  Branch& branch = branches_[{from, thread / Request::lanes}];
  const uint32_t time = branch.executed[lane]++;
  if (time >= branch.executions.size()) {
    if (branch.executions.size() >= max_requests) {
      counters_->complete = false;
    } else {
      branch.executions.push_back({target, false});
    }
  } else if (branch.executions[time].target != target && !branch.executions[time].diverged) {
    branch.executions[time].diverged = true;
    ++counters_->divergent_branches;
  }
}

void AccessCounter::count(const Instruction& instruction) {
  for (const Request& request : instruction.requests) {
    const auto bytes = uint64_t(__builtin_popcount(request.mask)) * request.bytes;
    if (instruction.shared) {
      auto& sum =
          instruction.kind == Access::read ? counters_->shared_loads : counters_->shared_stores;
      const SharedPasses passes = shared_passes(request);
      ++sum.requests;
      sum.bytes += bytes;
      sum.passes += uint64_t(passes.passes);
      sum.conflicts += uint64_t(passes.passes - passes.least);
    } else {
      auto& sum = instruction.kind == Access::read    ? counters_->loads
                  : instruction.kind == Access::write ? counters_->stores
                                                      : counters_->atomics;
      ++sum.requests;
      sum.bytes += bytes;
      sum.sectors += uint64_t(sectors(request));
    }
  }
}

void AccessCounter::flush() {
  for (const auto& entry : instructions_) count(entry.second);
  instructions_.clear();
  branches_.clear();
  requests_ = 0;
}

void AccessCounter::barrier_passed() {
  ++counters_->barriers;
  flush();
}

void AccessCounter::end_block() { flush(); }

}  // namespace cuda_emulation
