// SPDX-License-Identifier: Apache-2.0
#include "job.h"

#include <fovea/core/error.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/thread_pool.h>

#include <unistd.h>

#include <algorithm>
#include <thread>

namespace fovea::app {

Job::Job(std::chrono::milliseconds patience) {
  if (launch_.is_job()) processes_ = connect_processes(Device::cpu(), patience);
}

Device Job::device(const std::string& given, Device wanted) const {
  const Device device = given.empty() ? wanted : Device::parse(given);
  const bool numbered = given.find(':') != std::string::npos;
  if (!launch_.is_job() || device.is_cpu() || numbered || device.index != 0) return device;
  const int gpus = cuda_runtime() ? cuda_runtime()->device_count() : 0;
  return Device::cuda(gpus > 0 ? launch_.local_rank % gpus : 0);
}

int Job::threads(int given) const {
  const int free = available_processors();
  const bool bound = free < sysconf(_SC_NPROCESSORS_ONLN);
  if (given > 0 || !launch_.is_job() || bound) return given;
  return std::max(1, free / launch_.local_size);
}

void check_one_rank_each(const std::string& option) {
  const Launch launch = find_launch();
  if (!launch.is_job() || option.empty()) return;
  throw ConfigError(option + ": " + launch.by + " has started " + std::to_string(launch.size) +
                    " processes, and each is one rank; leave the option out, or start one process");
}

std::string rank_prefix() {
  const Launch launch = find_launch();
  return launch.is_job() ? "rank " + std::to_string(launch.rank) + ": " : "";
}

void let_first_rank_speak() {
  const Launch launch = find_launch();
  if (!launch.is_job() || launch.rank == 0) return;
  std::this_thread::sleep_for(std::chrono::seconds(has_connected_processes() ? 1 : 4));
}

}  // namespace fovea::app
