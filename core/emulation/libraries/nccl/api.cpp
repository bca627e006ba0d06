// SPDX-License-Identifier: Apache-2.0
// The communication calls: checked one by one, then handed to the thread's group.
#include "libraries/nccl/group.h"
#include "libraries/report.h"
#include "runtime/capture.h"
#include "runtime/device.h"

#include <string>

inline namespace cuda_emulated {

namespace {

using cuda_emulation::nccl::Call;
using cuda_emulation::nccl::Group;
using cuda_emulation::nccl::Kind;

bool overlap(const void* a, size_t a_bytes, const void* b, size_t b_bytes) {
  const auto *first = static_cast<const char*>(a), *second = static_cast<const char*>(b);
  return first < second + b_bytes && second < first + a_bytes;
}

// In place, the smaller buffer is the rank's part of the larger one.
bool overlaps_wrongly(const Call& call, size_t send_bytes, size_t receive_bytes) {
  if (!send_bytes || !receive_bytes || !overlap(call.send, send_bytes, call.receive, receive_bytes))
    return false;
  const auto *send = static_cast<const char*>(call.send),
             *receive = static_cast<char*>(call.receive);
  const auto rank = static_cast<size_t>(call.rank);
  if (call.kind == Kind::AllGather) return send != receive + rank * send_bytes;
  if (call.kind == Kind::ReduceScatter) return receive != send + rank * receive_bytes;
  return send != receive;
}

// What is wrong with a call, or nothing.
std::string wrong_with(const ncclComm& comm, const Call& call) {
  const int ranks = comm.clique->ranks();
  if (cuda_emulation::nccl::element_size(call.type) == 0)
    return "data type " + std::to_string(call.type) + " is not emulated";
  if (call.op < ncclSum || call.op > ncclAvg)
    return "reduction " + std::to_string(call.op) + " is not emulated";
  if (call.peer < 0 || call.peer >= ranks)
    return "rank " + std::to_string(call.peer) + " of " + std::to_string(ranks);
  const size_t send = send_bytes(call, ranks), receive = receive_bytes(call, ranks);
  if (send)
    if (const auto wrong = cuda_emulation::check_device_range(call.send, send, comm.device);
        !wrong.empty())
      return "the send buffer " + wrong;
  if (receive)
    if (const auto wrong = cuda_emulation::check_device_range(call.receive, receive, comm.device);
        !wrong.empty())
      return "the receive buffer " + wrong;
  if (overlaps_wrongly(call, send, receive)) return "the buffers overlap, and not as in place";
  return {};
}

ncclResult_t refuse(ncclResult_t result, const ncclComm& comm, const Call& call,
                    const std::string& message) {
  cuda_emulation::report_library_error(
      "nccl_usage",
      std::string(name(call.kind)) + " of rank " + std::to_string(comm.rank) + ": " + message,
      call.caller);
  return Group::of_this_thread().remember(result);
}

// The default stream is that of the communicator's device, whichever is current.
cuda_emulation::StreamPtr stream_of(cudaStream_t handle, int device) {
  const int current = cuda_emulation::current_device();
  cudaSetDevice(device);
  cuda_emulation::StreamPtr stream = cuda_emulation::find_stream(handle);
  cudaSetDevice(current);
  return stream;
}

ncclResult_t post(ncclComm_t comm, Call call, cudaStream_t handle, const void* caller) {
  Group& group = Group::of_this_thread();
  if (!comm) return group.remember(ncclInvalidArgument);
  call.rank = comm->rank;
  call.caller = caller;
  if (comm->finalized)
    return refuse(ncclInvalidUsage, *comm, call, "the communicator was finalized");
  if (const ncclResult_t failed = comm->clique->error(); failed != ncclSuccess)
    return group.remember(failed);
  if (const std::string wrong = wrong_with(*comm, call); !wrong.empty())
    return refuse(ncclInvalidArgument, *comm, call, wrong);
  const cuda_emulation::StreamPtr stream = stream_of(handle, comm->device);
  if (!stream || stream->device != comm->device)
    return refuse(ncclInvalidArgument, *comm, call,
                  "the stream is not one of device " + std::to_string(comm->device));
  if (cuda_emulation::capture_of(stream))
    return refuse(ncclInvalidUsage, *comm, call, "NCCL calls in a captured graph are not emulated");
  if (call.count == 0) return ncclSuccess;
  return group.add({comm, call, stream});
}

}  // namespace

ncclResult_t ncclAllReduce(const void* send, void* receive, size_t count, ncclDataType_t type,
                           ncclRedOp_t op, ncclComm_t comm, cudaStream_t stream) {
  return post(comm, {Kind::AllReduce, send, receive, count, type, op, 0}, stream,
              __builtin_return_address(0));
}

ncclResult_t ncclReduce(const void* send, void* receive, size_t count, ncclDataType_t type,
                        ncclRedOp_t op, int root, ncclComm_t comm, cudaStream_t stream) {
  return post(comm, {Kind::Reduce, send, receive, count, type, op, root}, stream,
              __builtin_return_address(0));
}

ncclResult_t ncclBroadcast(const void* send, void* receive, size_t count, ncclDataType_t type,
                           int root, ncclComm_t comm, cudaStream_t stream) {
  return post(comm, {Kind::Broadcast, send, receive, count, type, ncclSum, root}, stream,
              __builtin_return_address(0));
}

ncclResult_t ncclBcast(void* buffer, size_t count, ncclDataType_t type, int root, ncclComm_t comm,
                       cudaStream_t stream) {
  return ncclBroadcast(buffer, buffer, count, type, root, comm, stream);
}

ncclResult_t ncclAllGather(const void* send, void* receive, size_t send_count, ncclDataType_t type,
                           ncclComm_t comm, cudaStream_t stream) {
  return post(comm, {Kind::AllGather, send, receive, send_count, type, ncclSum, 0}, stream,
              __builtin_return_address(0));
}

ncclResult_t ncclReduceScatter(const void* send, void* receive, size_t receive_count,
                               ncclDataType_t type, ncclRedOp_t op, ncclComm_t comm,
                               cudaStream_t stream) {
  return post(comm, {Kind::ReduceScatter, send, receive, receive_count, type, op, 0}, stream,
              __builtin_return_address(0));
}

ncclResult_t ncclSend(const void* send, size_t count, ncclDataType_t type, int peer,
                      ncclComm_t comm, cudaStream_t stream) {
  return post(comm, {Kind::Send, send, nullptr, count, type, ncclSum, peer}, stream,
              __builtin_return_address(0));
}

ncclResult_t ncclRecv(void* receive, size_t count, ncclDataType_t type, int peer, ncclComm_t comm,
                      cudaStream_t stream) {
  return post(comm, {Kind::Receive, nullptr, receive, count, type, ncclSum, peer}, stream,
              __builtin_return_address(0));
}

}  // namespace cuda_emulated
