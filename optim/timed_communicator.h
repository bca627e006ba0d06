// SPDX-License-Identifier: Apache-2.0
// Another communicator, with the time that its operations take on the host: for a rank of the CPU
// that is the time in which it computes nothing.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/optim/trace_log.h>

namespace fovea {

class FOVEA_LOCAL TimedCommunicator final : public Communicator {
 public:
  explicit TimedCommunicator(Communicator& inner) : inner_(inner) {}

  double seconds() const { return seconds_; }

  int rank() const override { return inner_.rank(); }
  int size() const override { return inner_.size(); }
  void all_reduce(Context& ctx, const Tensor& values) override {
    timed([&] { inner_.all_reduce(ctx, values); });
  }
  void all_gather(Context& ctx, const Tensor& mine, const Tensor& all) override {
    timed([&] { inner_.all_gather(ctx, mine, all); });
  }
  void reduce_scatter(Context& ctx, const Tensor& all, const Tensor& mine) override {
    timed([&] { inner_.reduce_scatter(ctx, all, mine); });
  }
  void broadcast(Context& ctx, const Tensor& values, int root) override {
    timed([&] { inner_.broadcast(ctx, values, root); });
  }
  void send(Context& ctx, const Tensor& values, int to) override {
    timed([&] { inner_.send(ctx, values, to); });
  }
  void receive(Context& ctx, const Tensor& values, int from) override {
    timed([&] { inner_.receive(ctx, values, from); });
  }
  void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) override {
    timed([&] { inner_.exchange(ctx, peer, mine, theirs); });
  }
  void barrier(Context& ctx) override {
    timed([&] { inner_.barrier(ctx); });
  }
  using Communicator::wait;
  void wait(const Event& event) override { inner_.wait(event); }
  void abort() noexcept override { inner_.abort(); }
  int64_t bytes_sent() const override { return inner_.bytes_sent(); }

 private:
  template <class Operation>
  void timed(const Operation& operation) {
    const Stopwatch watch;
    operation();
    seconds_ += watch.seconds();
  }

  Communicator& inner_;
  double seconds_ = 0;
};

}  // namespace fovea
