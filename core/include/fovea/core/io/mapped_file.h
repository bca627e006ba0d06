// SPDX-License-Identifier: Apache-2.0
// Files as memory.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace FOVEA_API fovea {

// A file mapped for reading: the system brings in what is looked at, and may drop it again. The
// file must not become shorter while it is mapped.
class MappedFile {
 public:
  // Throws DataError, which names the path and the reason, unless it is a regular file that can be
  // mapped.
  explicit MappedFile(std::string path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  const std::string& path() const { return path_; }
  std::span<const uint8_t> bytes() const { return {data_, size_}; }

  // Lets the system fetch bytes [offset, offset + size) in one go. REQUIRES: they are in the file.
  void will_need(uint64_t offset, uint64_t size) const;

 private:
  std::string path_;
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace fovea
