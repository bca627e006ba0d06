// SPDX-License-Identifier: Apache-2.0
// Processes that a launcher has started together: mpirun, or Slurm's srun.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/core/device.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// This process's place in its job, as the launcher has left it in the environment.
struct Launch {
  int rank = 0, size = 1;
  int local_rank = 0, local_size = 1;  // among those on this host, and their number if it is known
  std::string by;                      // "mpirun"; empty: started alone

  bool is_job() const { return size > 1; }
};

// Reads the variables of Open MPI, of PMI (MPICH, Intel MPI) and of a Slurm step. Anything else is
// a process of its own, as is a Slurm batch script, which starts its job's steps.
Launch find_launch();
// The same for any environment: the value of a name, or null.
Launch find_launch(const std::function<const char*(const char*)>& environment);

// The rank of this process in its job, of which every process makes this call as often as the
// others: for tensors of the host by MPI, for those of a GPU by NCCL, whose ranks MPI makes known
// to each other. `patience` as for connect_threads(). Throws DeviceError when the MPI of this
// program, the plugin libfovea_mpi.so, or Open MPI itself cannot be used, with what to install;
// when MPI sees another number of processes than the launcher has started; and when two ranks use
// one GPU.
std::unique_ptr<Communicator> connect_processes(Device device,
                                                std::chrono::milliseconds patience = kRankPatience);

// Whether this process has called connect_processes(), and is not done with it in good order.
bool has_connected_processes() noexcept;

// For a program that cannot go on: has MPI end all processes of the job, this one included and with
// the exit code. MPI may hang in a job that is broken: who calls it should see to that. Does
// nothing where no processes were connected.
void end_processes(int exit_code) noexcept;

// What all ranks have to say, in their order; by `ranks`, of host tensors.
std::vector<std::string> gather_text(Communicator& ranks, const std::string& text);

}  // namespace fovea
