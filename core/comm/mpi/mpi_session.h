// SPDX-License-Identifier: Apache-2.0
// MPI in this process: the plugin, opened, from its start to its end.
#pragma once

#include "comm/mpi/plugin.h"

#include <chrono>
#include <memory>

namespace fovea {

class MpiSession : public std::enable_shared_from_this<MpiSession> {
 public:
  // That of the process, which lasts as long as somebody holds it. Throws DeviceError when it
  // cannot start; a process has one only.
  static std::shared_ptr<MpiSession> get();
  // Null when there is none.
  static std::shared_ptr<MpiSession> find() noexcept;

  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  const FoveaMpi& mpi() const { return mpi_; }
  int rank() const { return rank_; }
  int size() const { return size_; }
  int next_tag() { return ++tags_; }  // of a new connection

  // MPI's own end waits for all processes, for ever: not after a failure. It then stays to the end
  // of the process, for end_processes().
  void mark_failed() noexcept;

 private:
  explicit MpiSession(const FoveaMpi& mpi);

  const FoveaMpi& mpi_;
  int rank_ = 0, size_ = 1, tags_ = 0;
  bool failed_ = false;
};

}  // namespace fovea
