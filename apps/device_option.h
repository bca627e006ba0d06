// SPDX-License-Identifier: Apache-2.0
// The options --device and --devices.
#pragma once

#include <fovea/core/device.h>

#include <string>
#include <vector>

namespace fovea::app {

// The best device there is when nothing was said.
inline Device device_from(const std::string& option) {
  return option.empty() ? Device::best_available() : Device::parse(option);
}

// Of "0,1" or "cuda:0,cuda:1". Throws ConfigError for what is no GPU, and for one that is there
// twice.
std::vector<Device> devices_from(const std::string& list);

}  // namespace fovea::app
