// SPDX-License-Identifier: Apache-2.0
// Who shares the batches of a training or an evaluation.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/core/device.h>

#include <chrono>
#include <memory>
#include <vector>

namespace FOVEA_API fovea {

// Either several ranks of this process or one in each of several processes; by default one alone.
struct Team {
  // This process's ranks besides the first: more GPUs as the first one's, or more of the CPU.
  std::vector<Device> others = {};
  // Between processes, for tensors of the host. Must outlive the team's work.
  Communicator* processes = nullptr;
  // How these connect their GPUs: connect_processes(). A pointer, for programs that never do so to
  // leave it out.
  std::unique_ptr<Communicator> (*connect_gpus)(Device, std::chrono::milliseconds) = nullptr;

  int ranks() const { return processes ? processes->size() : 1 + static_cast<int>(others.size()); }
  int first_rank() const { return processes ? processes->rank() : 0; }  // of this process's
  bool spans_processes() const { return processes != nullptr && processes->size() > 1; }
  // Of one rank, when all of this process have `threads` together.
  int threads_each(int threads) const {
    const int each = threads / (1 + static_cast<int>(others.size()));
    return each < 1 ? 1 : each;
  }
};

}  // namespace fovea
