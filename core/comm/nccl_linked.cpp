// SPDX-License-Identifier: Apache-2.0
#include "comm/nccl_library.h"

namespace fovea::cuda {

const NcclLibrary& nccl_library() {
  static constexpr NcclLibrary kLibrary{
      ncclGetErrorString, ncclGetUniqueId,       ncclCommInitRank, ncclCommInitAll, ncclCommDestroy,
      ncclCommAbort,      ncclCommGetAsyncError, ncclGroupStart,   ncclGroupEnd,    ncclAllReduce,
      ncclAllGather,      ncclReduceScatter,     ncclBroadcast,    ncclSend,        ncclRecv};
  return kLibrary;
}

}  // namespace fovea::cuda
