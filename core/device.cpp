// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/device.h>
#include <fovea/core/error.h>

namespace fovea {

Device Device::parse(std::string_view text) {
  if (text == "cpu") return cpu();
  throw ConfigError("device \"" + std::string(text) + "\": this build knows \"cpu\"");
}

std::string Device::to_string() const { return "cpu"; }

}  // namespace fovea
