// SPDX-License-Identifier: Apache-2.0
// NCCL's functions. The library is opened when it is first needed, so that programs start without
// it; under the emulation it is part of the program.
#pragma once

#include <nccl.h>

namespace fovea::cuda {

struct NcclLibrary {
  decltype(&ncclGetErrorString) get_error_string;
  decltype(&ncclGetUniqueId) get_unique_id;
  decltype(&ncclCommInitRank) comm_init_rank;
  decltype(&ncclCommInitAll) comm_init_all;
  decltype(&ncclCommDestroy) comm_destroy;
  decltype(&ncclCommAbort) comm_abort;
  decltype(&ncclCommGetAsyncError) comm_get_async_error;
  decltype(&ncclGroupStart) group_start;
  decltype(&ncclGroupEnd) group_end;
  decltype(&ncclAllReduce) all_reduce;
  decltype(&ncclAllGather) all_gather;
  decltype(&ncclReduceScatter) reduce_scatter;
  decltype(&ncclBroadcast) broadcast;
  decltype(&ncclSend) send;
  decltype(&ncclRecv) receive;
};

// Throws DeviceError, saying what was looked for, when it cannot be opened.
const NcclLibrary& nccl_library();

}  // namespace fovea::cuda
