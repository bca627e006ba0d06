// SPDX-License-Identifier: Apache-2.0
#include "device_option.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <cctype>

namespace fovea::app {
namespace {

Device device_in_list(const std::string& word) {
  const bool number = !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  const Device device = Device::parse(number ? "cuda:" + word : word);
  if (device.is_cpu()) throw ConfigError("--devices takes GPUs; for the CPU there is --device cpu");
  return device;
}

}  // namespace

std::vector<Device> devices_from(const std::string& list) {
  std::vector<Device> devices;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    const Device device = device_in_list(list.substr(begin, end - begin));
    if (std::ranges::count(devices, device) > 0)
      throw ConfigError("--devices: " + device.to_string() + " is there twice");
    devices.push_back(device);
    begin = end + 1;
  }
  return devices;
}

}  // namespace fovea::app
