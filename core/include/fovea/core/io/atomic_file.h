// SPDX-License-Identifier: Apache-2.0
// Files that are whole or not there: a crash, a full disk or kill -9 leaves what was there before.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

enum class Sync : uint8_t {
  disk,  // what is committed outlives a loss of power
  none   // it outlives the process only; much faster
};

// Writes to "PATH.tmp.PID.N" beside PATH; commit() syncs it, renames it to PATH and syncs the
// folder (with Sync::none it only renames). The writer holds a lock (flock) on its temporary, so
// that a later AtomicFile for the same PATH knows the temporaries of dead writers, and removes
// them. Every failure is a SystemError that names the path and the system's reason.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  ~AtomicFile();  // without commit(): removes the temporary
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // After it the file is there under its name. REQUIRES: not called before.
  void commit(Sync sync = Sync::disk);

 private:
  void discard() noexcept;
  [[noreturn]] void fail(int error);

  std::string path_, temporary_;
  int descriptor_ = -1;
  uint64_t written_ = 0;
};

void write_file_atomically(const std::string& path, std::string_view text, Sync sync = Sync::disk);

// Removes what AtomicFiles of processes that died have left in `folder` itself: a file that is
// named like a temporary, and that no living writer holds.
void remove_abandoned_temporaries(const std::string& folder);

}  // namespace fovea
