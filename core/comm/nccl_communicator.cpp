// SPDX-License-Identifier: Apache-2.0
#include "comm/nccl_library.h"
#include "comm/nccl_rank.h"
#include "comm/peer_link.h"

#include <fovea/core/comm/communicator.h>
#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>
#include <fovea/core/runtime/cuda_error.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/runtime/stream.h>

#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>

namespace fovea {
namespace {

using cuda::nccl_library;

class NcclCommunicator final : public Communicator {
 public:
  NcclCommunicator(ncclComm_t comm, Device device, int rank, int size,
                   std::chrono::milliseconds patience)
      : comm_(comm),
        rank_(rank),
        size_(size),
        patience_(patience),
        here_({1}, DType::f32, device) {}
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
    begin("all-reduce");
    auto* data = values.data<float>();
    check(nccl_library().all_reduce(data, data, static_cast<size_t>(values.elements()), ncclFloat,
                                    ncclSum, comm_, stream(ctx)));
    values.count_write();
    sent_ += all_reduce_traffic(bytes_of(values), size_);
  }

  void all_gather(Context& ctx, const Tensor& mine, const Tensor& all) override {
    begin("all-gather");
    check(nccl_library().all_gather(mine.raw(), all.raw(), mine.bytes(), ncclUint8, comm_,
                                    stream(ctx)));
    all.count_write();
    sent_ += gather_traffic(bytes_of(all), size_);
  }

  void reduce_scatter(Context& ctx, const Tensor& all, const Tensor& mine) override {
    begin("reduce-scatter");
    check(nccl_library().reduce_scatter(all.data<float>(), mine.data<float>(),
                                        static_cast<size_t>(mine.elements()), ncclFloat, ncclSum,
                                        comm_, stream(ctx)));
    mine.count_write();
    sent_ += gather_traffic(bytes_of(all), size_);
  }

  void broadcast(Context& ctx, const Tensor& values, int root) override {
    begin("broadcast");
    check(nccl_library().broadcast(values.raw(), values.raw(), values.bytes(), ncclUint8, root,
                                   comm_, stream(ctx)));
    values.count_write();
    if (rank_ == root) sent_ += bytes_of(values);
  }

  void send(Context& ctx, const Tensor& values, int to) override {
    begin("send");
    check(nccl_library().send(values.raw(), values.bytes(), ncclUint8, to, comm_, stream(ctx)));
    sent_ += bytes_of(values);
  }

  void receive(Context& ctx, const Tensor& values, int from) override {
    begin("receive");
    check(
        nccl_library().receive(values.raw(), values.bytes(), ncclUint8, from, comm_, stream(ctx)));
    values.count_write();
  }

  void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) override {
    begin("exchange");
    const cudaStream_t to = stream(ctx);
    check(nccl_library().group_start());
    check(nccl_library().send(mine.raw(), mine.bytes(), ncclUint8, peer, comm_, to));
    check(nccl_library().receive(theirs.raw(), theirs.bytes(), ncclUint8, peer, comm_, to));
    check(nccl_library().group_end());
    theirs.count_write();
    sent_ += bytes_of(mine);
  }

  void barrier(Context& ctx) override {
    begin("barrier");
    auto* data = here_.data<float>();
    check(nccl_library().all_reduce(data, data, 1, ncclFloat, ncclSum, comm_, stream(ctx)));
    wait(ctx);
  }

  using Communicator::wait;
  void wait(const Event& event) override {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + patience_;
    while (!aborted_ && !event.is_done()) {
      if (Clock::now() > end) {
        aborted_ = true;
        give_up();
        throw DeviceError(rank_message(rank_, operation_, waited()));
      }
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
    if (aborted_) give_up();
    check(ncclSuccess);
    ncclResult_t result = ncclSuccess;
    nccl_library().comm_get_async_error(comm_, &result);
    check(result);
  }

  // The rank's own thread, which alone calls NCCL, finds it out.
  void abort() noexcept override { aborted_ = true; }

  int64_t bytes_sent() const override { return sent_; }

 private:
  // Ends what is in the stream. Once, on the rank's thread.
  void give_up() {
    if (!given_up_) nccl_library().comm_abort(comm_);
    given_up_ = true;
  }

  static int64_t bytes_of(const Tensor& values) { return static_cast<int64_t>(values.bytes()); }
  static cudaStream_t stream(const Context& ctx) {
    cuda::check(cudaSetDevice(ctx.device().index), "cudaSetDevice");
    return static_cast<cudaStream_t>(ctx.stream().handle());
  }

  std::string waited() const {
    return "the other ranks have not answered for " + seconds_text(patience_) +
           "; one of them hangs, or a GPU does";
  }

  void begin(const char* operation) {
    operation_ = operation;
    check(ncclSuccess);
  }

  void check(ncclResult_t result) const {
    if (aborted_) throw DeviceError(rank_message(rank_, operation_, kAnotherFailed));
    if (result == ncclSuccess) return;
    const char* reason = nccl_library().get_error_string(result);
    throw DeviceError(rank_message(rank_, operation_, std::string("NCCL: ") + reason));
  }

  ncclComm_t comm_;
  int rank_, size_;
  std::chrono::milliseconds patience_;
  Tensor here_;                           // what a barrier adds up
  const char* operation_ = "connecting";  // the last one
  std::atomic<bool> aborted_{false};
  std::atomic<int64_t> sent_{0};
  bool given_up_ = false;
};

void check_connected(ncclResult_t result, int size) {
  if (result == ncclSuccess) return;
  throw DeviceError("connecting " + std::to_string(size) +
                    " GPUs: NCCL: " + nccl_library().get_error_string(result));
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

// NCCL itself would hang, or worse.
void check_own_gpu(const std::vector<std::string>& gpus) {
  for (size_t rank = 0; rank < gpus.size(); rank++) {
    for (size_t other = 0; other < rank; other++) {
      if (gpus[other] != gpus[rank]) continue;
      throw DeviceError("ranks " + std::to_string(other) + " and " + std::to_string(rank) +
                        " both use GPU " + gpus[rank].substr(0, gpus[rank].find(' ')) +
                        "; give each rank its own: leave out --device, or start fewer on a host");
    }
  }
}

}  // namespace

std::vector<std::unique_ptr<Communicator>> connect_devices(std::span<const Device> devices,
                                                           std::chrono::milliseconds patience) {
  std::vector<int> indices;
  for (const Device device : devices) indices.push_back(device.index);
  const auto size = static_cast<int>(devices.size());
  std::vector<ncclComm_t> comms(devices.size());
  check_connected(nccl_library().comm_init_all(comms.data(), size, indices.data()), size);
  std::vector<std::unique_ptr<Communicator>> communicators;
  for (int rank = 0; rank < size; rank++) {
    communicators.push_back(std::make_unique<NcclCommunicator>(comms[static_cast<size_t>(rank)],
                                                               devices[static_cast<size_t>(rank)],
                                                               rank, size, patience));
  }
  return communicators;
}

std::unique_ptr<Communicator> connect_nccl_rank(Device device, Communicator& host,
                                                std::chrono::milliseconds patience) {
  const std::string gpu = runtime_of(device).properties(device.index).uuid + " of " + host_name();
  check_own_gpu(gather_text(host, gpu));
  ncclUniqueId id{};
  if (host.rank() == 0) check_connected(nccl_library().get_unique_id(&id), host.size());
  const Tensor bytes({sizeof id}, DType::u8);
  std::memcpy(bytes.raw(), &id, sizeof id);
  Context ctx({.threads = 1});
  host.broadcast(ctx, bytes, 0);
  std::memcpy(&id, bytes.raw(), sizeof id);
  cuda::check(cudaSetDevice(device.index), "cudaSetDevice");
  ncclComm_t comm = nullptr;
  check_connected(nccl_library().comm_init_rank(&comm, host.size(), id, host.rank()), host.size());
  return std::make_unique<NcclCommunicator>(comm, device, host.rank(), host.size(), patience);
}

}  // namespace fovea
