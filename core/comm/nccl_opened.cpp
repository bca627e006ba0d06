// SPDX-License-Identifier: Apache-2.0
#include "comm/nccl_library.h"

#include <fovea/core/runtime/opened_library.h>

namespace fovea::cuda {
namespace {

NcclLibrary open_library() {
  const OpenedLibrary from("libnccl.so.2", "it is too old");
  if (!from.is_open()) {
    throw DeviceError(std::string("several GPUs need NCCL, and it cannot be opened: ") + dlerror() +
                      "; install libnccl2, or name its folder in LD_LIBRARY_PATH");
  }
  NcclLibrary library{};
  from.take(library.get_error_string, "ncclGetErrorString");
  from.take(library.get_unique_id, "ncclGetUniqueId");
  from.take(library.comm_init_rank, "ncclCommInitRank");
  from.take(library.comm_init_all, "ncclCommInitAll");
  from.take(library.comm_destroy, "ncclCommDestroy");
  from.take(library.comm_abort, "ncclCommAbort");
  from.take(library.comm_get_async_error, "ncclCommGetAsyncError");
  from.take(library.group_start, "ncclGroupStart");
  from.take(library.group_end, "ncclGroupEnd");
  from.take(library.all_reduce, "ncclAllReduce");
  from.take(library.all_gather, "ncclAllGather");
  from.take(library.reduce_scatter, "ncclReduceScatter");
  from.take(library.broadcast, "ncclBroadcast");
  from.take(library.send, "ncclSend");
  from.take(library.receive, "ncclRecv");
  return library;
}

}  // namespace

const NcclLibrary& nccl_library() {
  static const NcclLibrary library = open_library();
  return library;
}

}  // namespace fovea::cuda
