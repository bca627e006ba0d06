// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

namespace fovea {

std::shared_ptr<Storage> Storage::allocate(size_t bytes, Device device) {
  std::byte* data = runtime_of(device).allocate(device.index, bytes);
  return std::shared_ptr<Storage>(new Storage(data, bytes, device));
}

Storage::~Storage() { runtime_of(device_).release(device_.index, data_, bytes_); }

}  // namespace fovea
