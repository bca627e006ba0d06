// SPDX-License-Identifier: Apache-2.0
// What a training step finds out besides gradients. It is made on the device and copied to the host
// behind the step; who wants to see it waits for the copy, not for what the device does next.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/event.h>
#include <fovea/core/tensor.h>

#include <array>
#include <functional>
#include <span>

namespace fovea {

class FOVEA_LOCAL StepNumbers {
 public:
  // The most steps whose numbers may be under way.
  static constexpr size_t kSteps = 2;

  // For batches of at most `batch` rows.
  StepNumbers(Device device, int64_t batch);
  ~StepNumbers();
  StepNumbers(const StepNumbers&) = delete;
  StepNumbers& operator=(const StepNumbers&) = delete;

  // On the device. halted (1), i32: not 0 from the first loss or gradient on that is not finite.
  Tensor losses, ranks;              // (batch) f32 and i32: each sample's loss, its label's rank
  Tensor loss_sum, squares, halted;  // (1) f32, f64, i32

  // Has a step's numbers copied. REQUIRES: fewer than kSteps are under way.
  void send(const Context& ctx);

  // As they were, on the host; the spans hold until kSteps more were sent.
  struct Arrived {
    std::span<const float> losses;
    std::span<const int32_t> ranks;
    float loss_sum = 0;
    double squares = 0;
  };
  // Those of the oldest step under way; `wait` returns when an event is done.
  Arrived take(const std::function<void(const Event&)>& wait);
  int64_t under_way() const { return sent_ - taken_; }

 private:
  // All in one block of bytes, which is copied at once.
  struct Layout;
  struct Slot {
    Tensor bytes;
    Event arrived;
  };
  Slot& slot(int64_t step) { return slots_[static_cast<size_t>(step) % kSteps]; }

  int64_t batch_;
  Tensor bytes_;
  std::array<Slot, kSteps> slots_;
  int64_t sent_ = 0, taken_ = 0;
};

}  // namespace fovea
