// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/runtime/event.h>

#include <utility>

namespace fovea {

Event::Event(Device device)
    : device_(device), handle_(runtime_of(device).create_event(device.index)) {}

Event::~Event() {
  if (handle_) runtime_of(device_).destroy_event(device_.index, handle_);
}

Event::Event(Event&& other) noexcept
    : device_(other.device_), handle_(std::exchange(other.handle_, nullptr)) {}

Event& Event::operator=(Event&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(handle_, other.handle_);
  return *this;
}

void Event::record(const Stream& stream) {
  runtime_of(device_).record_event(device_.index, handle_, stream.handle());
}

bool Event::is_done() const { return runtime_of(device_).is_done(device_.index, handle_); }

void Event::synchronize() const { runtime_of(device_).wait_for_event(device_.index, handle_); }

}  // namespace fovea
