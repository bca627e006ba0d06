// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/device.h>
#include <fovea/core/error.h>
#include <fovea/core/runtime/device_runtime.h>

#include <charconv>

namespace fovea {

Device Device::parse(std::string_view text) {
  if (text == "cpu") return cpu();
  if (text == "cuda") return cuda();
  constexpr std::string_view kPrefix = "cuda:";
  int index = -1;
  if (text.starts_with(kPrefix)) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + kPrefix.size(), end, index);
    if (parsed.ec == std::errc() && parsed.ptr == end && index >= 0) return cuda(index);
  }
  throw ConfigError("device \"" + std::string(text) + "\": \"cpu\", \"cuda\" or \"cuda:N\" wanted");
}

std::string Device::to_string() const { return is_cpu() ? "cpu" : "cuda:" + std::to_string(index); }

Device Device::best_available() {
  const DeviceRuntime* runtime = cuda_runtime();
  return runtime && !runtime->emulated() && runtime->device_count() > 0 ? cuda() : cpu();
}

}  // namespace fovea
