// SPDX-License-Identifier: Apache-2.0
// A place in a device's stream, for others to wait for; owned.
#pragma once

#include <fovea/core/runtime/stream.h>

namespace FOVEA_API fovea {

class Event {
 public:
  explicit Event(Device device);
  ~Event();
  Event(Event&& other) noexcept;
  Event& operator=(Event&& other) noexcept;

  Device device() const { return device_; }
  EventHandle handle() const { return handle_; }

  // Stands for all work given to the stream so far, from now on. An event that was never recorded
  // is done. Throws DeviceError, as the others do, when the device has failed.
  void record(const Stream& stream);
  bool is_done() const;
  void synchronize() const;  // the host waits

 private:
  Device device_;
  EventHandle handle_;
};

}  // namespace fovea
