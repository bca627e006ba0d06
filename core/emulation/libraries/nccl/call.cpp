// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/call.h"

namespace cuda_emulation::nccl {

namespace {

bool reduces(Kind kind) {
  return kind == Kind::AllReduce || kind == Kind::Reduce || kind == Kind::ReduceScatter;
}

bool has_root(Kind kind) { return kind == Kind::Reduce || kind == Kind::Broadcast; }

}  // namespace

const char* name(Kind kind) {
  switch (kind) {
    case Kind::AllReduce:
      return "ncclAllReduce";
    case Kind::Reduce:
      return "ncclReduce";
    case Kind::Broadcast:
      return "ncclBroadcast";
    case Kind::AllGather:
      return "ncclAllGather";
    case Kind::ReduceScatter:
      return "ncclReduceScatter";
    case Kind::Send:
      return "ncclSend";
    case Kind::Receive:
      return "ncclRecv";
  }
  return "";
}

size_t element_size(ncclDataType_t type) {
  switch (type) {
    case ncclInt8:
    case ncclUint8:
      return 1;
    case ncclFloat16:
    case ncclBfloat16:
      return 2;
    case ncclInt32:
    case ncclUint32:
    case ncclFloat32:
      return 4;
    case ncclInt64:
    case ncclUint64:
    case ncclFloat64:
      return 8;
  }
  return 0;
}

bool is_point_to_point(const Call& call) {
  return call.kind == Kind::Send || call.kind == Kind::Receive;
}

size_t send_bytes(const Call& call, int ranks) {
  if (call.kind == Kind::Receive || (call.kind == Kind::Broadcast && call.rank != call.peer))
    return 0;
  const size_t parts = call.kind == Kind::ReduceScatter ? static_cast<size_t>(ranks) : 1;
  return parts * call.count * element_size(call.type);
}

size_t receive_bytes(const Call& call, int ranks) {
  if (call.kind == Kind::Send || (call.kind == Kind::Reduce && call.rank != call.peer)) return 0;
  const size_t parts = call.kind == Kind::AllGather ? static_cast<size_t>(ranks) : 1;
  return parts * call.count * element_size(call.type);
}

std::string describe(const Call& call) {
  std::string text = std::string(name(call.kind)) + "(count " + std::to_string(call.count) +
                     ", type " + std::to_string(call.type);
  if (reduces(call.kind)) text += ", op " + std::to_string(call.op);
  if (has_root(call.kind)) text += ", root " + std::to_string(call.peer);
  if (is_point_to_point(call)) text += ", peer " + std::to_string(call.peer);
  return text + ")";
}

bool match(const Call& a, const Call& b) {
  const bool same = a.count == b.count && a.type == b.type;
  if (is_point_to_point(a) || is_point_to_point(b))
    return same && a.kind != b.kind && is_point_to_point(a) && is_point_to_point(b);
  return same && a.kind == b.kind && (!reduces(a.kind) || a.op == b.op) &&
         (!has_root(a.kind) || a.peer == b.peer);
}

}  // namespace cuda_emulation::nccl
