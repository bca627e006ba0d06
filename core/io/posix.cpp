// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace fovea::detail {

namespace {

constexpr size_t kLargestCall = size_t{1} << 30;  // Linux moves at most 2 GiB per call

template <class Call>
auto retry(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace

std::string system_reason(int error) { return std::generic_category().message(error); }

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) close(descriptor_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

int FileDescriptor::release() { return std::exchange(descriptor_, -1); }

int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const size_t part = std::min(bytes.size(), kLargestCall);
    const ssize_t written = retry([&] { return ::write(descriptor, bytes.data(), part); });
    if (written < 0) return errno;
    if (written == 0) return EIO;  // no progress and no reason: do not try for ever
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return 0;
}

int sync_file(int descriptor) {
  return retry([&] { return fsync(descriptor); }) < 0 ? errno : 0;
}

int sync_folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileDescriptor descriptor(
      retry([&] { return open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!descriptor.open()) return errno;
  const int error = sync_file(descriptor.get());
  return error == EINVAL ? 0 : error;  // file systems without folder sync
}

size_t read_at(int descriptor, uint64_t offset, std::span<std::byte> bytes, int& error) {
  error = 0;
  size_t done = 0;
  while (done < bytes.size()) {
    const size_t part = std::min(bytes.size() - done, kLargestCall);
    const ssize_t read = retry([&] {
      return pread(descriptor, bytes.data() + done, part, static_cast<off_t>(offset + done));
    });
    if (read < 0) error = errno;
    if (read <= 0) break;
    done += static_cast<size_t>(read);
  }
  return done;
}

}  // namespace fovea::detail
