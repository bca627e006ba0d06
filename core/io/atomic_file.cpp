// SPDX-License-Identifier: Apache-2.0
#include "io/posix.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace fovea {

using detail::FileDescriptor;

namespace {

namespace fs = std::filesystem;

bool lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

// Removes the temporaries of `path` whose writers are gone. What cannot be removed is left: the
// save itself decides about failure.
void remove_abandoned(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const std::string prefix = path.filename().string() + ".tmp.";
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(prefix)) continue;
    const FileDescriptor file(open(entry->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.open() && lock(file.get())) unlink(entry->path().c_str());
  }
}

// Between open and lock, another process may take the new file for an abandoned one.
bool still_linked(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  remove_abandoned(path_);
  const std::string stem = path_ + ".tmp." + std::to_string(getpid()) + ".";
  for (int n = 0;; n++) {
    temporary_ = stem + std::to_string(n);
    FileDescriptor file(open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.open() && errno != EEXIST && errno != EINTR) fail(errno);
    if (!file.open()) continue;
    lock(file.get());  // where locks do not work, nobody else gets one either
    if (!still_linked(file.get())) continue;
    descriptor_ = file.release();
    return;
  }
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
  if (descriptor_ < 0) return;
  unlink(temporary_.c_str());
  close(std::exchange(descriptor_, -1));
}

void AtomicFile::fail(int error) {
  discard();
  const std::string where =
      written_ > 0 ? " (after " + std::to_string(written_) + " bytes)" : std::string();
  throw SystemError("cannot write " + path_ + ": " + detail::system_reason(error) + where);
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  if (descriptor_ < 0) throw ArgumentError(path_ + ": write after commit or a failure");
  if (const int error = detail::write_all(descriptor_, bytes)) fail(error);
  written_ += bytes.size();
}

void AtomicFile::commit(Sync sync) {
  if (descriptor_ < 0) throw ArgumentError(path_ + ": commit after commit or a failure");
  const bool to_disk = sync == Sync::disk;
  if (const int error = to_disk ? detail::sync_file(descriptor_) : 0) fail(error);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno);
  if (close(std::exchange(descriptor_, -1)) != 0) fail(errno);
  if (const int error = to_disk ? detail::sync_folder_of(path_) : 0) fail(error);
}

void write_file_atomically(const std::string& path, std::string_view text, Sync sync) {
  AtomicFile file(path);
  file.write(text);
  file.commit(sync);
}

}  // namespace fovea
