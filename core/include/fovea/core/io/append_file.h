// SPDX-License-Identifier: Apache-2.0
// Files that grow while a program runs: logs, event files.
#pragma once

#include <fovea/core/export.h>

#include <string>
#include <string_view>

namespace FOVEA_API fovea {

// Each append is whole or not there: what a full disk cuts off is taken back, so that the file
// stays readable and can go on growing once there is room again.
class AppendFile {
 public:
  // Opens `path`, or makes it. Throws SystemError, which names the path and the system's reason.
  explicit AppendFile(std::string path);
  ~AppendFile();
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&&) = delete;

  // Gives the text to the system at once. Throws SystemError as above.
  void append(std::string_view text);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace fovea
