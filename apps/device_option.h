// SPDX-License-Identifier: Apache-2.0
// The option --device.
#pragma once

#include <fovea/core/device.h>

#include <string>

namespace fovea::app {

// The best device there is when nothing was said.
inline Device device_from(const std::string& option) {
  return option.empty() ? Device::best_available() : Device::parse(option);
}

}  // namespace fovea::app
