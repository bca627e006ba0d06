// SPDX-License-Identifier: Apache-2.0
// A disk that fails, for a program that this library is preloaded into: the calls that change files
// whose path holds "checkpoints" are counted, and one of them goes wrong.
//   FAULTY_DISK="enospc 7"   the 7th call fails, as do all after it: the disk stays full
//   FAULTY_DISK="eio 7"      the same with another reason
//   FAULTY_DISK="kill 7"     kill -9 in place of the 7th call
//   FAULTY_DISK="short 7"    the 7th call writes half, if it is a write
//   FAULTY_DISK="count 0"    nothing goes wrong; FAULTY_DISK_COUNT names a file for the count
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

std::atomic<long> calls{0};

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

struct Plan {
  std::string kind = "count";
  long at = 0;
};

const Plan& plan() {
  static const Plan made = [] {
    Plan p;
    const char* text = std::getenv("FAULTY_DISK");
    const char* blank = text ? std::strchr(text, ' ') : nullptr;
    if (blank) p = {std::string(text, blank), std::atol(blank)};
    return p;
  }();
  return made;
}

bool meant(std::string_view path) { return path.find("checkpoints") != std::string_view::npos; }

bool meant(int descriptor) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t size = readlink(link.c_str(), path.data(), path.size());
  return size > 0 && meant(std::string_view(path.data(), static_cast<size_t>(size)));
}

enum class Fate { good, half, failed };

// What becomes of a call; errno is set when it fails.
Fate next_fate() {
  const long call = ++calls;
  const auto& [kind, at] = plan();
  if (at == 0 || call < at) return Fate::good;
  if (kind == "kill") raise(SIGKILL);
  if (kind == "short") return call == at ? Fate::half : Fate::good;
  if (kind != "enospc" && kind != "eio") return Fate::good;
  errno = kind == "eio" ? EIO : ENOSPC;
  return Fate::failed;
}

template <class File>
bool fails(File file) {
  return meant(file) && next_fate() == Fate::failed;
}

int open_checked(const char* name, const char* path, int flags, mode_t mode) {
  if ((flags & (O_WRONLY | O_RDWR)) != 0 && fails(path)) return -1;
  return real<int(const char*, int, ...)>(name)(path, flags, mode);
}

struct CountAtExit {
  ~CountAtExit() {
    const char* path = std::getenv("FAULTY_DISK_COUNT");
    std::FILE* file = path ? std::fopen(path, "w") : nullptr;
    if (!file) return;
    std::fprintf(file, "%ld\n", calls.load());
    std::fclose(file);
  }
} count_at_exit;

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  return open_checked("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  return open_checked("open64", path, flags, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  auto* const written = real<ssize_t(int, const void*, size_t)>("write");
  if (!meant(descriptor)) return written(descriptor, bytes, size);
  switch (next_fate()) {
    case Fate::failed:
      return -1;
    case Fate::half:
      return written(descriptor, bytes, size / 2);
    case Fate::good:
      break;
  }
  return written(descriptor, bytes, size);
}

int fsync(int descriptor) { return fails(descriptor) ? -1 : real<int(int)>("fsync")(descriptor); }

int ftruncate(int descriptor, off_t size) noexcept {
  return fails(descriptor) ? -1 : real<int(int, off_t)>("ftruncate")(descriptor, size);
}

int close(int descriptor) {
  const bool failed = fails(descriptor);
  const int reason = errno;
  const int closed = real<int(int)>("close")(descriptor);
  if (!failed) return closed;
  errno = reason;
  return -1;
}

int rename(const char* from, const char* to) noexcept {
  return fails(from) ? -1 : real<int(const char*, const char*)>("rename")(from, to);
}

int unlink(const char* path) noexcept {
  return fails(path) ? -1 : real<int(const char*)>("unlink")(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  return fails(path) ? -1 : real<int(const char*, mode_t)>("mkdir")(path, mode);
}

}  // extern "C"
