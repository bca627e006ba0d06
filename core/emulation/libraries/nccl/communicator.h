// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "libraries/nccl/clique.h"

#include <map>

// One rank's end of a communicator; used by one thread at a time.
struct ncclComm {
  cuda_emulation::nccl::CliquePtr clique;
  int rank;
  int device;
  uint64_t collectives = 0;  // called so far
  bool finalized = false;
  std::map<cuda_emulation::StreamPtr, uint64_t>
      work;  // the last position that it has in each stream
};
