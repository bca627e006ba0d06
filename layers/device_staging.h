// SPDX-License-Identifier: Apache-2.0
// On a GPU: where what comes from the host with each batch is copied to, always the same places.
#pragma once

#include <fovea/core/runtime/device_runtime.h>
#include <fovea/layers/execution.h>

#include <vector>

namespace fovea {

class DeviceStaging {
 public:
  DeviceStaging() = default;
  DeviceStaging(const Net& net, Device device, int64_t batch)
      : input_(net.input_shape().with_batch(batch), DType::f32, device),
        labels_(Shape{batch}, DType::i32, device),
        position_(Shape{1 + batch}, DType::i32, device) {}

  // Copies, as views that hold until the next call.
  Tensor input_like(const Tensor& x) const { return copy(x, input_); }
  Tensor labels_like(const Tensor& labels) const { return copy(labels, labels_); }
  void set_position(const BatchPosition& position) {
    words_.assign(1, position.epoch);
    words_.insert(words_.end(), position.samples.begin(), position.samples.end());
    copy_bytes(position_.device(), position_.raw(), Device::cpu(), words_.data(),
               words_.size() * sizeof(uint32_t));
  }
  // The epoch, then the samples.
  const uint32_t* position() const { return static_cast<const uint32_t*>(position_.raw()); }

 private:
  static Tensor copy(const Tensor& from, const Tensor& to) {
    const Tensor rows = to.rows(0, from.shape()[0]);
    rows.copy_from(from);
    return rows;
  }

  Tensor input_, labels_, position_;
  std::vector<uint32_t> words_;
};

}  // namespace fovea
