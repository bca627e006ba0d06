// SPDX-License-Identifier: Apache-2.0
// What a thread has called since its outermost ncclGroupStart.
#pragma once
#include "libraries/nccl/communicator.h"

#include <vector>

namespace cuda_emulation::nccl {

struct PendingCall {
  ncclComm* comm;
  Call call;
  StreamPtr stream;
};

// A rank that waits for the others of a new communicator.
struct Join {
  CliquePtr clique;
  const void* caller;
};

class Group {
 public:
  static Group& of_this_thread();

  void start() { depth_++; }
  ncclResult_t end();
  bool is_open() const { return depth_ > 0; }

  // Issued now, or at the end of the group.
  ncclResult_t add(const PendingCall& call);
  ncclResult_t add_join(const Join& join);
  // An error of a call within the group is what its end returns.
  ncclResult_t remember(ncclResult_t error);

 private:
  ncclResult_t issue();

  int depth_ = 0;
  ncclResult_t error_ = ncclSuccess;
  std::vector<Join> joins_;
  std::vector<PendingCall> calls_;
};

}  // namespace cuda_emulation::nccl
