// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

#include <cstring>

namespace fovea {

std::shared_ptr<Storage> Storage::allocate(size_t bytes, Device device) {
  std::byte* data = runtime_of(device).allocate(device.index, bytes);
  return std::shared_ptr<Storage>(new Storage(data, bytes, device));
}

std::shared_ptr<Storage> Storage::allocate_pinned(size_t bytes, Device gpu) {
  if (gpu.is_cpu()) return allocate(bytes);
  std::byte* data = runtime_of(gpu).allocate_pinned(gpu.index, bytes + kSlack);
  std::memset(data, 0, bytes + kSlack);
  return std::shared_ptr<Storage>(new Storage(data, bytes, Device::cpu(), gpu));
}

Storage::~Storage() {
  if (is_pinned()) {
    runtime_of(pinned_for_).release_pinned(pinned_for_.index, data_);
  } else {
    runtime_of(device_).release(device_.index, data_, bytes_);
  }
}

}  // namespace fovea
