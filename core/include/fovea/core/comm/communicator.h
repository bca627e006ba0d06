// SPDX-License-Identifier: Apache-2.0
// What ranks of one job say to each other. A rank is one device and the thread that drives it.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/event.h>
#include <fovea/core/tensor.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// How long a rank waits for the others unless it is told.
inline constexpr std::chrono::milliseconds kRankPatience = std::chrono::seconds(30);

// Each rank's end. All ranks make the same calls in the same order, one at a time, with tensors of
// equal sizes and types on the rank's device; what is added is f32. The work goes into the
// context's stream: behind what was given to it before, ahead of what follows. On the host it is
// done when the call returns. Nothing is allocated from an operation's second call of a size on.
//
// Every function throws DeviceError naming rank and operation when it cannot be done, or when
// another rank has given up; on the host also when a rank that is waited for has done nothing for
// the time that the ranks were connected with. ArgumentError: tensors that do not fit.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  // values = the sum over all ranks, equal on all. On the host ranks are added in ascending order;
  // NCCL's order is its own.
  virtual void all_reduce(Context& ctx, const Tensor& values) = 0;
  // all = the `mine` of all ranks, one behind the other in the order of ranks.
  virtual void all_gather(Context& ctx, const Tensor& mine, const Tensor& all) = 0;
  // mine = the sum over all ranks of the rank()-th of the size() equal pieces of `all`, which stays
  // as it is; added as in all_reduce().
  virtual void reduce_scatter(Context& ctx, const Tensor& all, const Tensor& mine) = 0;
  // values = those of the rank `root`.
  virtual void broadcast(Context& ctx, const Tensor& values, int root) = 0;
  // One rank gives to another, which makes the other call.
  virtual void send(Context& ctx, const Tensor& values, int to) = 0;
  virtual void receive(Context& ctx, const Tensor& values, int from) = 0;
  // Gives `mine` to the rank `peer`, and gets `theirs` from it, which does the same.
  virtual void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) = 0;
  // Returns when all ranks have called it.
  virtual void barrier(Context& ctx) = 0;

  // Waits for an event of the rank's device. Throws as well when other ranks have not done their
  // part of what comes before it within the time that the ranks were connected with.
  virtual void wait(const Event& event) = 0;
  // For all work of the context.
  void wait(Context& ctx);

  // Gives up, from any thread: a wait() in progress, and all calls after it, end with an error.
  virtual void abort() noexcept = 0;

  // Of the tensors that this rank has sent so far: the two functions below; for broadcast() its
  // tensor at the root, nothing elsewhere; for send() and exchange() the tensor sent. Messages of
  // barrier() do not count.
  virtual int64_t bytes_sent() const = 0;
};

// What the best algorithm for large tensors sends from each rank: for all_reduce() of so many
// bytes, and for all_gather() and reduce_scatter() where `all` has so many.
constexpr int64_t all_reduce_traffic(int64_t bytes, int size) {
  return 2 * bytes * (size - 1) / size;
}
constexpr int64_t gather_traffic(int64_t bytes, int size) { return bytes * (size - 1) / size; }

// One for each device, by NCCL. `patience`: how long a rank waits for the others. Throws
// DeviceError where this program has no CUDA, or NCCL is not to be found.
std::vector<std::unique_ptr<Communicator>> connect_devices(
    std::span<const Device> devices, std::chrono::milliseconds patience = kRankPatience);

// For `ranks` threads of this process and tensors of the host, each used by one thread.
std::vector<std::unique_ptr<Communicator>> connect_threads(
    int ranks, std::chrono::milliseconds patience = kRankPatience);

}  // namespace fovea
