// SPDX-License-Identifier: Apache-2.0
// What a profiler would tell of a kernel's memory accesses and control flow, counted while a
// checked program runs.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace cuda_emulation {

// Sums over all launches of a kernel since the last reset. A request is one instruction of one
// warp, of the lanes that execute it; lanes are matched by how often each has executed the
// instruction.
struct KernelCounters {
  std::string kernel;
  uint64_t launches = 0, blocks = 0, threads = 0;

  struct Global {
    uint64_t requests = 0;
    uint64_t bytes = 0;    // that the threads asked for
    uint64_t sectors = 0;  // of 32 bytes, that the requests touch: a coalesced request of 4-byte
                           // elements touches 4
    double sectors_per_request() const { return requests ? double(sectors) / double(requests) : 0; }
  };
  Global loads, stores, atomics;  // of device memory

  struct Shared {
    uint64_t requests = 0;
    uint64_t bytes = 0;
    uint64_t passes = 0;     // in which 32 banks of 4 bytes serve them
    uint64_t conflicts = 0;  // passes beyond those that the bytes alone need
  };
  Shared shared_loads, shared_stores;

  uint64_t barriers = 0;            // that blocks passed
  uint64_t divergent_branches = 0;  // executed by a warp whose lanes went different ways
  bool complete = true;  // false: a warp made more requests between two barriers than are matched
};

// Counting costs time and so is off; CUDA_EMULATION_COUNTERS=1 turns it on and prints a table at
// exit, another value appends JSON lines to the file of that name instead. Programs that are not
// checked count nothing.
void enable_counters(bool on);
std::vector<KernelCounters> counters();  // in the order of first launches
void reset_counters();

std::string table(const std::vector<KernelCounters>& counters);
std::string json(const KernelCounters& counters);  // one line, without a newline

}  // namespace cuda_emulation
