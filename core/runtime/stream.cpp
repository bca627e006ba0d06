// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/runtime/event.h>
#include <fovea/core/runtime/stream.h>
#include <fovea/core/tensor.h>

namespace fovea {

Stream::Stream(Device device)
    : device_(device), handle_(runtime_of(device).create_stream(device.index)) {}

Stream::~Stream() { runtime_of(device_).destroy_stream(device_.index, handle_); }

void Stream::synchronize() const { runtime_of(device_).synchronize(device_.index, handle_); }

void Stream::wait(const Event& event) const {
  runtime_of(device_).enqueue_wait(device_.index, handle_, event.handle());
}

void Stream::copy(const Tensor& from, const Tensor& to) const {
  const auto within_reach = [&](const Tensor& t) { return t.device() == device_ || t.is_pinned(); };
  if (!within_reach(from) || !within_reach(to) || from.shape() != to.shape() ||
      from.dtype() != to.dtype()) {
    throw ArgumentError("stream: can copy between equal tensors on " + device_.to_string() +
                        ", or in pinned memory, only");
  }
  if (from.bytes() == 0 || from.raw() == to.raw()) return;
  runtime_of(device_).enqueue_copy(device_.index, handle_, to.raw(), from.raw(), from.bytes());
  to.count_write();
}

}  // namespace fovea
