// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"

#include <fovea/core/error.h>
#include <fovea/core/io/mapped_file.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace fovea {

namespace {

[[noreturn]] void fail_to_map(const std::string& path, const std::string& why) {
  throw DataError(path + ": " + why);
}

}  // namespace

MappedFile::MappedFile(std::string path) : path_(std::move(path)) {
  // Without O_NONBLOCK a pipe would be waited for.
  const detail::FileDescriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open() && errno == ENOENT) fail_to_map(path_, "there is no such file");
  struct stat status {};
  if (!file.open() || fstat(file.get(), &status) != 0)
    fail_to_map(path_, "cannot be opened: " + detail::system_reason(errno));
  if (S_ISDIR(status.st_mode)) fail_to_map(path_, "is a folder, not a file");
  if (!S_ISREG(status.st_mode)) fail_to_map(path_, "is not a regular file");
  if (status.st_size == 0) return;
  const auto size = static_cast<size_t>(status.st_size);
  void* const data = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (data == MAP_FAILED) fail_to_map(path_, "cannot be mapped: " + detail::system_reason(errno));
  data_ = static_cast<const uint8_t*>(data);
  size_ = size;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(const_cast<uint8_t*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::will_need(uint64_t offset, uint64_t size) const {
  if (size == 0) return;
  static const auto kPage = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t begin = offset / kPage * kPage;
  madvise(const_cast<uint8_t*>(data_) + begin, offset + size - begin, MADV_WILLNEED);  // a hint
}

}  // namespace fovea
