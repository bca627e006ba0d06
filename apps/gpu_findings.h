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

  // One of NVIDIA's that is opened at run time.
  struct Library {
    std::string name;
    std::string path;     // empty where it is not to be found, or not wanted
    std::string without;  // what that means
  };

  std::vector<Gpu> gpus;
  std::string trouble;  // why there are none
  std::vector<Library> libraries;

  static GpuFindings of_this_machine();
  bool healthy() const;

  // For the table and the JSON object of the program's answer.
  void add_rows(std::vector<std::vector<std::string>>& rows) const;
  void write_to(JsonWriter& json) const;
};

}  // namespace fovea::app
