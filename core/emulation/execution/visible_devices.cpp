// SPDX-License-Identifier: Apache-2.0
#include "execution/visible_devices.h"

#include <cstdlib>
#include <numeric>
#include <sstream>
#include <string>

namespace cuda_emulation {

std::vector<int> visible_devices(int devices) {
  std::vector<int> visible;
  const char* text = std::getenv("CUDA_VISIBLE_DEVICES");
  if (text == nullptr) {
    visible.resize(static_cast<size_t>(devices));
    std::iota(visible.begin(), visible.end(), 0);
    return visible;
  }
  std::istringstream list(text);
  for (std::string item; std::getline(list, item, ',');) {
    char* end = nullptr;
    const long number = std::strtol(item.c_str(), &end, 10);
    if (end == item.c_str() || number < 0 || number >= devices) break;
    visible.push_back(static_cast<int>(number));
  }
  return visible;
}

}  // namespace cuda_emulation
