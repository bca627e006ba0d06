// SPDX-License-Identifier: Apache-2.0
// Who computes together: the ranks of this process, or the processes that mpirun or srun has
// started.
#pragma once

#include <fovea/core/comm/launch.h>
#include <fovea/optim/team.h>

#include <memory>
#include <optional>
#include <string>

namespace fovea::app {

// This process's part in it.
class Job {
 public:
  // Connects the processes. Throws DeviceError when that cannot be.
  explicit Job(std::chrono::milliseconds patience);

  Communicator* processes() const { return processes_.get(); }  // null: this one alone
  bool is_first() const { return launch_.rank == 0; }           // who prints and writes

  // The device of the process's one rank, `given` or else `wanted`: "cuda" is the GPU of its place
  // on the host.
  Device device(const std::string& given, Device wanted) const;
  // Of this process, when `given` is 0: its part of the host's processors, unless the launcher has
  // bound it to some.
  int threads(int given) const;

 private:
  Launch launch_ = find_launch();
  std::unique_ptr<Communicator> processes_;
};

// Throws ConfigError when one of several processes is told to have several ranks: `option`, the
// command line's name for that, or empty.
void check_one_rank_each(const std::string& option);

// "rank 1: " in a job of several processes; "" alone.
std::string rank_prefix();
// For a process of a job that ends with an error, before it says so: where all fail alike, only the
// first is to be heard. It ends the others at once when they are connected; else the launcher does.
void let_first_rank_speak();

}  // namespace fovea::app
