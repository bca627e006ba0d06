// SPDX-License-Identifier: Apache-2.0
// A stream of a device, owned.
#pragma once

#include <fovea/core/runtime/device_runtime.h>

namespace FOVEA_API fovea {

class Event;
class Tensor;

class Stream {
 public:
  explicit Stream(Device device);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Device device() const { return device_; }
  StreamHandle handle() const { return handle_; }
  // Waits for all work given to it so far. Throws DeviceError when some of it failed.
  void synchronize() const;
  // What it is given from now on comes behind the event, of a stream of any device of this kind.
  void wait(const Event& event) const;
  // Elements, in the order of the stream and without waiting: within the device, or between it and
  // pinned memory, which must stay as it is until that is done.
  void copy(const Tensor& from, const Tensor& to) const;

 private:
  Device device_;
  StreamHandle handle_;
};

}  // namespace fovea
