// SPDX-License-Identifier: Apache-2.0
// One rank's call of a collective, a send or a receive.
#pragma once
#include "nccl.h"

#include <string>

namespace cuda_emulation::nccl {

enum class Kind { AllReduce, Reduce, Broadcast, AllGather, ReduceScatter, Send, Receive };

struct Call {
  Kind kind;
  const void* send;
  void* receive;
  size_t count;
  ncclDataType_t type;
  ncclRedOp_t op;
  int peer;                      // the root, or the other side
  int rank = 0;                  // that made the call
  const void* caller = nullptr;  // return address
};

const char* name(Kind kind);               // "ncclAllReduce"
size_t element_size(ncclDataType_t type);  // 0 for a type that does not exist
bool is_point_to_point(const Call& call);

// Bytes that the caller's buffers hold; 0 for a buffer that this rank does not use.
size_t send_bytes(const Call& call, int ranks);
size_t receive_bytes(const Call& call, int ranks);

// "ncclAllReduce(count 10, type 7, op 0)"
std::string describe(const Call& call);

// Whether two ranks' calls of one collective, or a send and its receive, belong together.
bool match(const Call& a, const Call& b);

}  // namespace cuda_emulation::nccl
