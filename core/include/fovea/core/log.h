// SPDX-License-Identifier: Apache-2.0
// Messages of the library: a value that is passed along; whoever made it decides where they go.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace FOVEA_API fovea {

enum class LogLevel : uint8_t { debug, info, warning, error };

std::string_view name_of(LogLevel level);  // "warning"

// A default-constructed Logger is silent. Copies share the callback. The callback is called on the
// thread that logs.
class Logger {
 public:
  using Callback = std::function<void(LogLevel, std::string_view message)>;

  Logger() = default;
  explicit Logger(Callback callback, LogLevel lowest = LogLevel::info);

  bool enabled(LogLevel level) const { return callback_ && level >= lowest_; }
  void log(LogLevel level, std::string_view message) const;

  void debug(std::string_view message) const { log(LogLevel::debug, message); }
  void info(std::string_view message) const { log(LogLevel::info, message); }
  void warning(std::string_view message) const { log(LogLevel::warning, message); }
  void error(std::string_view message) const { log(LogLevel::error, message); }

 private:
  Callback callback_;
  LogLevel lowest_ = LogLevel::info;
};

}  // namespace fovea
