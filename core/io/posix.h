// SPDX-License-Identifier: Apache-2.0
// System calls that finish their work: repeated when a signal interrupts them or they do a part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace fovea::detail {

std::string system_reason(int error);  // "No space left on device"

// Owns a file descriptor.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }
  int release();

 private:
  int descriptor_;
};

// Return 0 or errno.
int write_all(int descriptor, std::span<const std::byte> bytes);
int sync_file(int descriptor);
int sync_folder_of(const std::string& path);

// Reads until `bytes` is full or the file ends; gives what was read, and errno in `error`.
size_t read_at(int descriptor, uint64_t offset, std::span<std::byte> bytes, int& error);

}  // namespace fovea::detail
