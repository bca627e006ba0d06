// SPDX-License-Identifier: Apache-2.0
// What ranks of one job say to each other. A rank is one device and the thread that drives it.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/event.h>
#include <fovea/core/tensor.h>

#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// Each rank's end. All ranks make the same calls in the same order, with tensors of equal sizes,
// f32 and on the rank's device. The work goes into the context's stream: behind what was given to
// it before, ahead of what follows. Every function throws DeviceError naming rank and operation
// when it cannot be done, or when another rank has given up.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  // values = the sum over all ranks, in an order of the library's own, equal on all.
  virtual void all_reduce(Context& ctx, const Tensor& values) = 0;
  // Gives `mine` to the rank `peer`, and gets `theirs` from it, which does the same.
  virtual void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) = 0;

  // Waits for an event of the rank's device. Throws as well when other ranks have not done their
  // part of what comes before it within the time that connect_devices() was given.
  virtual void wait(const Event& event) = 0;
  // For all work of the context.
  void wait(Context& ctx);

  // Gives up, from any thread: a wait() in progress, and all calls after it, end with an error.
  virtual void abort() noexcept = 0;
};

// One for each device, by NCCL. `patience`: how long a rank waits for the others. Throws
// DeviceError where this program has no CUDA, or NCCL is not to be found.
std::vector<std::unique_ptr<Communicator>> connect_devices(
    std::span<const Device> devices, std::chrono::milliseconds patience = std::chrono::minutes(10));

}  // namespace fovea
