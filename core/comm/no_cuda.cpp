// SPDX-License-Identifier: Apache-2.0
// Taken from the library only where no CUDA backend is linked, which defines the same.
#include "comm/nccl_rank.h"

#include <fovea/core/error.h>

namespace fovea {

std::vector<std::unique_ptr<Communicator>> connect_devices(std::span<const Device>,
                                                           std::chrono::milliseconds) {
  throw DeviceError("several devices are GPUs, and this program was built without CUDA");
}

std::unique_ptr<Communicator> connect_nccl_rank(Device, Communicator&, std::chrono::milliseconds) {
  throw DeviceError("the device is a GPU, and this program was built without CUDA");
}

}  // namespace fovea
