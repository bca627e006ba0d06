// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/runtime/event.h>
#include <fovea/core/runtime/stream.h>

namespace fovea {

Stream::Stream(Device device)
    : device_(device), handle_(runtime_of(device).create_stream(device.index)) {}

Stream::~Stream() { runtime_of(device_).destroy_stream(device_.index, handle_); }

void Stream::synchronize() const { runtime_of(device_).synchronize(device_.index, handle_); }

void Stream::wait(const Event& event) const {
  runtime_of(device_).enqueue_wait(device_.index, handle_, event.handle());
}

}  // namespace fovea
