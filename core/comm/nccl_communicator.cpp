// SPDX-License-Identifier: Apache-2.0
#include "comm/nccl_library.h"

#include <fovea/core/comm/communicator.h>
#include <fovea/core/error.h>
#include <fovea/core/runtime/cuda_error.h>
#include <fovea/core/runtime/stream.h>

#include <atomic>
#include <string>
#include <thread>

namespace fovea {
namespace {

using cuda::nccl_library;

class NcclCommunicator final : public Communicator {
 public:
  NcclCommunicator(ncclComm_t comm, int rank, int size, std::chrono::milliseconds patience)
      : comm_(comm), rank_(rank), size_(size), patience_(patience) {}
  ~NcclCommunicator() override {
    if (!aborted_) {
      nccl_library().comm_destroy(comm_);
    } else {
      give_up();
    }
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void all_reduce(Context& ctx, const Tensor& values) override {
    check(ncclSuccess, "all-reduce");
    auto* data = values.data<float>();
    check(nccl_library().all_reduce(data, data, count(values), ncclFloat, ncclSum, comm_,
                                    stream(ctx)),
          "all-reduce");
  }

  void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) override {
    check(ncclSuccess, "exchange");
    const cudaStream_t to = stream(ctx);
    check(nccl_library().group_start(), "exchange");
    check(nccl_library().send(mine.data<float>(), count(mine), ncclFloat, peer, comm_, to),
          "exchange (send)");
    check(nccl_library().receive(theirs.data<float>(), count(theirs), ncclFloat, peer, comm_, to),
          "exchange (receive)");
    check(nccl_library().group_end(), "exchange");
  }

  void wait(const Event& event) override {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + patience_;
    while (!aborted_ && !event.is_done()) {
      if (Clock::now() > end) {
        aborted_ = true;
        give_up();
        throw DeviceError("rank " + std::to_string(rank_) + " has waited " +
                          std::to_string(patience_.count() / 1000) +
                          " s for the other ranks; one of them hangs, or a GPU does");
      }
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
    if (aborted_) give_up();
    check(ncclSuccess, "waiting for the others");
    ncclResult_t result = ncclSuccess;
    nccl_library().comm_get_async_error(comm_, &result);
    check(result, "waiting for the others");
  }

  // The rank's own thread, which alone calls NCCL, finds it out.
  void abort() noexcept override { aborted_ = true; }

 private:
  // Ends what is in the stream. Once, on the rank's thread.
  void give_up() {
    if (!given_up_) nccl_library().comm_abort(comm_);
    given_up_ = true;
  }

  static size_t count(const Tensor& values) { return static_cast<size_t>(values.elements()); }
  static cudaStream_t stream(const Context& ctx) {
    cuda::check(cudaSetDevice(ctx.device().index), "cudaSetDevice");
    return static_cast<cudaStream_t>(ctx.stream().handle());
  }

  void check(ncclResult_t result, const char* operation) const {
    if (aborted_) {
      throw DeviceError("rank " + std::to_string(rank_) + ", " + operation +
                        ": another rank has failed");
    }
    if (result == ncclSuccess) return;
    throw DeviceError("rank " + std::to_string(rank_) + ", " + operation +
                      ": NCCL: " + nccl_library().get_error_string(result));
  }

  ncclComm_t comm_;
  int rank_, size_;
  std::chrono::milliseconds patience_;
  std::atomic<bool> aborted_{false};
  bool given_up_ = false;
};

}  // namespace

std::vector<std::unique_ptr<Communicator>> connect_devices(std::span<const Device> devices,
                                                           std::chrono::milliseconds patience) {
  std::vector<int> indices;
  for (const Device device : devices) indices.push_back(device.index);
  const auto size = static_cast<int>(devices.size());
  std::vector<ncclComm_t> comms(devices.size());
  const ncclResult_t result = nccl_library().comm_init_all(comms.data(), size, indices.data());
  if (result != ncclSuccess) {
    throw DeviceError("connecting " + std::to_string(size) +
                      " GPUs: NCCL: " + nccl_library().get_error_string(result));
  }
  std::vector<std::unique_ptr<Communicator>> communicators;
  for (int rank = 0; rank < size; rank++) {
    communicators.push_back(
        std::make_unique<NcclCommunicator>(comms[static_cast<size_t>(rank)], rank, size, patience));
  }
  return communicators;
}

}  // namespace fovea
