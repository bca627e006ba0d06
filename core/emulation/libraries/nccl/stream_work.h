// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "libraries/nccl/group.h"

#include <vector>

namespace cuda_emulation::nccl {

// Puts calls of one rank, all for one stream, into that stream: it goes on when all of them are
// performed.
void put_into_stream(const std::vector<PendingCall>& calls);

}  // namespace cuda_emulation::nccl
