// SPDX-License-Identifier: Apache-2.0
// Locks between processes.
#pragma once

#include <fovea/core/export.h>

#include <optional>
#include <string>

namespace FOVEA_API fovea {

// An exclusive lock on a file (flock): it ends with the handle, or with the process, however that
// ends. Where the file system has no locks, everybody gets one.
class FileLock {
 public:
  // Makes the file where it is absent, and writes `owner` into it. Nothing when another handle
  // holds the lock. Throws SystemError when the file cannot be opened.
  static std::optional<FileLock> try_take(const std::string& path, const std::string& owner);
  // What the last holder wrote; empty when there is no such file.
  static std::string owner_of(const std::string& path);

  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace fovea
