// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"

#include <fovea/core/error.h>
#include <fovea/core/io/append_file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace fovea {

namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw SystemError("cannot write " + path + ": " + detail::system_reason(error));
}

// Takes back what was appended past `size`. What is no regular file has no size to go back to.
void cut(int descriptor, off_t size) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return;
  while (ftruncate(descriptor, size) != 0 && errno == EINTR) {
  }
}

}  // namespace

AppendFile::AppendFile(std::string path)
    : path_(std::move(path)),
      descriptor_(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) fail(path_, errno);
}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

void AppendFile::append(std::string_view text) {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) fail(path_, errno);
  const int error = detail::write_all(descriptor_, std::as_bytes(std::span(text)));
  if (error == 0) return;
  cut(descriptor_, status.st_size);
  fail(path_, error);
}

}  // namespace fovea
