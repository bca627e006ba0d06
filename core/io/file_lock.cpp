// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"

#include <fovea/core/error.h>
#include <fovea/core/io/file_lock.h>
#include <fovea/core/io/text_file.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace fovea {

std::optional<FileLock> FileLock::try_take(const std::string& path, const std::string& owner) {
  detail::FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.open()) throw SystemError("cannot lock " + path + ": " + detail::system_reason(errno));
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return std::nullopt;
  // The text only serves messages: a full disk may keep it out.
  if (ftruncate(file.get(), 0) == 0) detail::write_all(file.get(), std::as_bytes(std::span(owner)));
  return FileLock(file.release());
}

std::string FileLock::owner_of(const std::string& path) {
  const std::string text = read_text_file(path);
  return text.substr(0, text.find('\n'));
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace fovea
