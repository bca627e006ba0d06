// SPDX-License-Identifier: Apache-2.0
#include "step_numbers.h"

#include <fovea/core/error.h>

namespace fovea {

// Offsets in bytes.
struct StepNumbers::Layout {
  static constexpr int64_t kSquares = 0, kLossSum = 8, kHalted = 12, kLosses = 64;
  static int64_t ranks(int64_t batch) { return kLosses + 4 * batch; }
  static int64_t size(int64_t batch) { return kLosses + 8 * batch; }

  // A view of the bytes at an offset.
  static Tensor view(const std::shared_ptr<Storage>& bytes, int64_t at, int64_t n, DType type) {
    return Tensor(bytes, static_cast<size_t>(at), Shape{n}, type);
  }
};

StepNumbers::StepNumbers(Device device, int64_t batch)
    : batch_(batch),
      slots_{Slot{Tensor::pinned({Layout::size(batch)}, DType::u8, device), Event(device)},
             Slot{Tensor::pinned({Layout::size(batch)}, DType::u8, device), Event(device)}} {
  const auto size = Layout::size(batch);
  const auto storage = Storage::allocate(static_cast<size_t>(size), device);
  bytes_ = Layout::view(storage, 0, size, DType::u8);
  losses = Layout::view(storage, Layout::kLosses, batch, DType::f32);
  ranks = Layout::view(storage, Layout::ranks(batch), batch, DType::i32);
  loss_sum = Layout::view(storage, Layout::kLossSum, 1, DType::f32);
  squares = Layout::view(storage, Layout::kSquares, 1, DType::f64);
  halted = Layout::view(storage, Layout::kHalted, 1, DType::i32);
}

// Pinned memory must not go while copies into it are under way. A device that has failed has none.
StepNumbers::~StepNumbers() {
  for (; taken_ < sent_; taken_++) {
    try {
      slot(taken_).arrived.synchronize();
    } catch (const DeviceError&) {
    }
  }
}

void StepNumbers::send(const Context& ctx) {
  Slot& to = slot(sent_++);
  ctx.copy(bytes_, to.bytes);
  to.arrived.record(ctx.stream());
}

StepNumbers::Arrived StepNumbers::take(const std::function<void(const Event&)>& wait) {
  const Slot& from = slot(taken_);
  wait(from.arrived);
  taken_++;
  const auto* bytes = static_cast<const std::byte*>(from.bytes.raw());
  const auto at = [&](int64_t offset) { return bytes + offset; };
  const auto n = static_cast<size_t>(batch_);
  return {{reinterpret_cast<const float*>(at(Layout::kLosses)), n},
          {reinterpret_cast<const int32_t*>(at(Layout::ranks(batch_))), n},
          *reinterpret_cast<const float*>(at(Layout::kLossSum)),
          *reinterpret_cast<const double*>(at(Layout::kSquares))};
}

}  // namespace fovea
