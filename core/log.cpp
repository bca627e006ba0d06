// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/log.h>

#include <utility>

namespace fovea {

std::string_view name_of(LogLevel level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<size_t>(level)];
}

Logger::Logger(Callback callback, LogLevel lowest)
    : callback_(std::move(callback)), lowest_(lowest) {}

void Logger::log(LogLevel level, std::string_view message) const {
  if (enabled(level)) callback_(level, message);
}

}  // namespace fovea
