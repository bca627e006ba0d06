// SPDX-License-Identifier: Apache-2.0
// Puts the accesses of single threads together into the requests of warps, and the steps of threads
// into branches.
#pragma once
#include "check/request.h"
#include "cuda_emulation/counters.h"
#include "execution/checker.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace cuda_emulation {

class AccessCounter {
 public:
  void start_launch(const Launch& launch);
  void start_block();
  void access(int thread, bool shared, Access kind, const void* address, size_t bytes,
              const void* pc);
  void step(int thread, const void* pc);  // the thread enters a basic block
  void barrier_passed();
  void end_block();

 private:
  // An instruction of a warp: how often each lane has executed it, and what came of each time.
  struct InstructionKey {
    uint64_t pc;
    int warp;
    bool operator==(const InstructionKey&) const = default;
  };
  struct Hash {
    size_t operator()(const InstructionKey& key) const {
      return size_t(key.pc * 0x9e3779b97f4a7c15ull) ^ size_t(key.warp) << 7;
    }
  };
  struct Instruction {
    bool shared;
    Access kind;
    uint32_t executed[Request::lanes] = {};
    std::vector<Request> requests;
  };
  struct Branch {
    struct Execution {
      uint64_t target;
      bool diverged;
    };
    uint32_t executed[Request::lanes] = {};
    std::vector<Execution> executions;
  };

  void flush();
  void count(const Instruction& instruction);

  static constexpr size_t max_requests = size_t(1) << 18;  // matched at a time

  KernelCounters* counters_ = nullptr;
  std::unordered_map<InstructionKey, Instruction, Hash> instructions_;
  std::unordered_map<InstructionKey, Branch, Hash> branches_;
  uint64_t last_step_[1024] = {};
  size_t requests_ = 0;
};

}  // namespace cuda_emulation
