// SPDX-License-Identifier: Apache-2.0
// What fovea doctor finds out about GPUs.
#pragma once

#include <fovea/core/json_writer.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/kernels/self_check.h>

#include <string>
#include <vector>

namespace fovea::app {

struct GpuFindings {
  struct Gpu {
    Device device;
    DeviceProperties properties;
    std::vector<SelfCheck> checks;
    std::string trouble;  // why the checks could not run
  };

  std::vector<Gpu> gpus;
  std::string trouble;                 // why there are none
  std::vector<std::string> libraries;  // of NVIDIA's that a GPU can be helped by, found here

  static GpuFindings of_this_machine();
  bool healthy() const;

  // For the table and the JSON object of the program's answer.
  void add_rows(std::vector<std::vector<std::string>>& rows) const;
  void write_to(JsonWriter& json) const;
};

}  // namespace fovea::app
