// SPDX-License-Identifier: Apache-2.0
// A file in memory that has a path: quick to rewrite many times, for mutation tests and fuzzers.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace fovea::test {

class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("fovea-test", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("memfd_create");
    path_ = "/proc/self/fd/" + std::to_string(descriptor_);
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }

  // Makes `bytes` its whole content, and returns its path.
  const std::string& write(std::string_view bytes) {
    const auto size = static_cast<off_t>(bytes.size());
    if (ftruncate(descriptor_, 0) != 0 ||
        pwrite(descriptor_, bytes.data(), bytes.size(), 0) != size) {
      throw std::runtime_error("cannot write " + path_);
    }
    return path_;
  }

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace fovea::test
