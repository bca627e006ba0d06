// SPDX-License-Identifier: Apache-2.0
// NCCL between processes.
#pragma once

#include <fovea/core/comm/communicator.h>

namespace fovea {

// The rank of this process on its GPU; `host` is what all use to get to know each other. Throws
// DeviceError where this program has no CUDA, and when two ranks use one GPU.
std::unique_ptr<Communicator> connect_nccl_rank(Device device, Communicator& host,
                                                std::chrono::milliseconds patience);

}  // namespace fovea
