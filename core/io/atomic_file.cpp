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

// NAME of "NAME.tmp.PID.N", or nothing for what is no temporary's name.
std::string_view name_of_target(std::string_view temporary) {
  const auto drop_number = [&temporary] {
    const size_t last = temporary.find_last_not_of("0123456789");
    if (last == temporary.npos || last + 1 == temporary.size()) return false;
    temporary = temporary.substr(0, last + 1);
    return true;
  };
  if (!drop_number() || !temporary.ends_with('.')) return {};
  temporary.remove_suffix(1);
  constexpr std::string_view kMark = ".tmp.";
  if (!drop_number() || !temporary.ends_with(kMark)) return {};
  return temporary.substr(0, temporary.size() - kMark.size());
}

// Removes the temporaries in `folder`, of `name` or of any, whose writers are gone. What cannot be
// removed is left: the save itself decides about failure.
void remove_abandoned(const fs::path& folder, std::string_view name) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string file_name = entry->path().filename().string();
    const std::string_view target = name_of_target(file_name);
    if (target.empty() || (!name.empty() && target != name)) continue;
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
  const fs::path target = path_;
  remove_abandoned(target.has_parent_path() ? target.parent_path() : ".",
                   target.filename().string());
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

void remove_abandoned_temporaries(const std::string& folder) { remove_abandoned(folder, {}); }

}  // namespace fovea
