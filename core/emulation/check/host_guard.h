// SPDX-License-Identifier: Apache-2.0
// Pinned memory that a submitted operation will use: the host's touching it before having waited is
// made to fault, and is reported.
#pragma once
#include "check/stream_order.h"
#include "execution/checker.h"

#include <cstdint>
#include <mutex>
#include <vector>

namespace cuda_emulation {

class HostGuard {
 public:
  void lend(const Extent& extent, Access use, const Point& until, const ApiCall& call);
  void host_waited(const Point& point);
  // Lets the operations at the memory, until as many calls of close.
  void open();
  void close();
  bool handles_fault(const void* address, const void* pc);

 private:
  struct Loan {
    Extent extent;
    Access use;  // read: the host may read as well
    Point until;
    ApiCall call;
  };
  void protect();

  std::recursive_mutex mutex_;
  std::vector<Loan> loans_;
  std::vector<uintptr_t> pages_;  // protected now
  int open_ = 0;
};

}  // namespace cuda_emulation
