// SPDX-License-Identifier: Apache-2.0
// Gradients of the last layers are added over the GPUs while those of the first are computed: the
// order in which work is given to the devices, and that no bit depends on it.
#include "gradient_reducer.h"

#include "support/devices.h"
#include "support/tiny_run.h"
#include "train_ranks.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace fovea {
namespace {

constexpr const char* kBucketModel = R"({"input": [3, 12, 12], "layers": [
    {"name": "c1", "type": "conv2d", "out_channels": 4, "kernel_size": 3}, {"type": "tanh"},
    {"name": "c2", "type": "conv2d", "out_channels": 8, "kernel_size": 3}, {"type": "flatten"},
    {"name": "f1", "type": "linear", "out_features": 16}, {"type": "dropout", "p": 0.2},
    {"name": "f2", "type": "linear", "out_features": 4}]})";

int64_t offset_of(const Net& net, const char* name) {
  return static_cast<int64_t>(net.find_parameter(name)->offset);
}

TEST_CASE("buckets hold whole layers, from the last to the first") {
  const Net net = Net::from_config(Config::parse(kBucketModel), 5);
  const int64_t f2 = offset_of(net, "f2.weight"), f1 = offset_of(net, "f1.weight"),
                c2 = offset_of(net, "c2.weight");
  CHECK(gradient_buckets(net, 1) == std::vector<int64_t>{f2, f1, c2, 0});
  const auto bytes_from_f1 = static_cast<size_t>(net.values().elements() - f1) * sizeof(float);
  CHECK(gradient_buckets(net, bytes_from_f1) == std::vector<int64_t>{f1, 0});
  CHECK(gradient_buckets(net, size_t{1} << 40) == std::vector<int64_t>{0});
}

TEST_CASE("parts of backward descend to the first element") {
  Net net = Net::from_config(Config::parse(kBucketModel), 5);
  Context ctx({.threads = 1});
  Execution execution = Execution::training(net, ctx, {.batch = 2});
  CHECK_THROWS_AS(execution.split_backward({}), ArgumentError);
  CHECK_THROWS_AS(execution.split_backward({0, 10}), ArgumentError);
  CHECK_THROWS_AS(execution.split_backward({10}), ArgumentError);
}

// A few steps of several ranks on the same pictures: the weights that they end with.
std::string train(int devices, size_t bucket_bytes, int64_t accumulate = 1,
                  Numerics numerics = Numerics::exact) {
  test::TinyRun run(1, 1, 0, Device::cuda(), kBucketModel);
  run.options.numerics = numerics;
  run.options.accumulate = accumulate;
  run.options.clip = {.norm = 0.5f};
  std::vector<Device> others;
  for (int i = 1; i < devices; i++) others.push_back(Device::cuda(i));
  Context ctx({.device = Device::cuda(),
               .threads = 1,
               .seed = 5,
               .numerics = numerics,
               .shards = run.options.shards_per_part(devices)});
  TrainRanks ranks(run.net, ctx, run.options, 8, {}, {.others = others},
                   {.bucket_bytes = bucket_bytes});
  ranks.share_state();
  Batch batches[2];
  Metrics metrics;
  run.train->next(batches[0]);
  ranks.begin(batches[0], {0.05f, 0, 0});
  for (int64_t step = 1; step <= 5; step++) {  // each begun before the one before is finished
    run.train->next(batches[step % 2]);
    ranks.begin(batches[step % 2], {0.05f, step, 0});
    ranks.finish(batches[(step + 1) % 2], metrics);
  }
  CHECK(ranks.finish(batches[1], metrics).is_finite());
  CHECK(metrics.samples == 44);
  return hash_of_weights(run.net);
}

TEST_CASE("buckets of any size give several GPUs the bits of one") {
  if (test::lacks_cuda(4)) return;
  constexpr size_t kLarge = size_t{1} << 30;
  const std::string one = train(1, kLarge, 4);
  for (const size_t bytes : {size_t{1}, size_t{2000}, kLarge}) {
    CAPTURE(bytes);
    CHECK(train(2, bytes, 2) == one);
    CHECK(train(4, bytes) == one);
  }
  CHECK(train(4, 1, 1, Numerics::fast) == train(4, 1, 1, Numerics::fast));
}

// What one rank gives to its device, in order.
using Log = std::vector<std::string>;

class LoggingCommunicator final : public Communicator {
 public:
  LoggingCommunicator(std::unique_ptr<Communicator> real, Log& log)
      : real_(std::move(real)), log_(log) {}

  int rank() const override { return real_->rank(); }
  int size() const override { return real_->size(); }
  void all_reduce(Context& ctx, const Tensor& values) override {
    note("add", values);
    real_->all_reduce(ctx, values);
  }
  void all_gather(Context& ctx, const Tensor& mine, const Tensor& all) override {
    real_->all_gather(ctx, mine, all);
  }
  void reduce_scatter(Context& ctx, const Tensor& all, const Tensor& mine) override {
    real_->reduce_scatter(ctx, all, mine);
  }
  void broadcast(Context& ctx, const Tensor& values, int root) override {
    real_->broadcast(ctx, values, root);
  }
  void send(Context& ctx, const Tensor& values, int to) override { real_->send(ctx, values, to); }
  void receive(Context& ctx, const Tensor& values, int from) override {
    real_->receive(ctx, values, from);
  }
  void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) override {
    note("exchange", mine);
    real_->exchange(ctx, peer, mine, theirs);
  }
  void barrier(Context& ctx) override { real_->barrier(ctx); }
  void wait(const Event& event) override {
    if (rank() == 0) log_.push_back("wait");
    real_->wait(event);
  }
  void abort() noexcept override { real_->abort(); }
  int64_t bytes_sent() const override { return real_->bytes_sent(); }

 private:
  void note(const std::string& what, const Tensor& values) {
    if (rank() == 0) log_.push_back(what + " " + std::to_string(values.elements()));
  }

  std::unique_ptr<Communicator> real_;
  Log& log_;
};

class LoggingObserver final : public StepObserver {
 public:
  LoggingObserver(const Execution& execution, Log& log) : steps_(execution.steps()), log_(log) {}
  void before(size_t step, Pass pass) noexcept override {
    if (pass == Pass::backward) log_.push_back("backward of " + steps_[step].name);
  }
  void after(size_t /*step*/, Pass /*pass*/) noexcept override {}

 private:
  std::vector<StepInfo> steps_;
  Log& log_;
};

TEST_CASE("gradients of the last layers are under way before GPUs compute those of the first") {
  if (test::lacks_cuda(2)) return;
  test::TinyRun run(1, 1, 0, Device::cuda(), kBucketModel);
  Context ctx({.device = Device::cuda(),
               .threads = 1,
               .seed = 5,
               .shards = run.options.shards_per_part(2)});
  Log log;
  const auto connect = [&](std::span<const Device> devices) {
    Communicators communicators = connect_devices(devices);
    for (auto& communicator : communicators)
      communicator = std::make_unique<LoggingCommunicator>(std::move(communicator), log);
    return communicators;
  };
  const std::vector<Device> others{Device::cuda(1)};
  TrainRanks ranks(run.net, ctx, run.options, 8, {}, {.others = others},
                   {.bucket_bytes = 1, .connect = connect});
  ranks.share_state();
  LoggingObserver observer(ranks.first().execution(), log);
  ranks.first().execution().observe(&observer);
  Batch batch;
  Metrics metrics;
  run.train->next(batch);
  ranks.begin(batch, {0.05f, 0, 0});
  ranks.finish(batch, metrics);

  const int64_t end = run.net.values().elements(), f2 = offset_of(run.net, "f2.weight"),
                f1 = offset_of(run.net, "f1.weight"), c2 = offset_of(run.net, "c2.weight");
  const auto bucket = [](int64_t begin, int64_t after) {
    return "exchange " + std::to_string(after - begin);
  };
  Log layers;  // those with parameters, and what the ranks say to each other
  std::ranges::copy_if(log, std::back_inserter(layers), [](const std::string& line) {
    return !line.starts_with("backward") || line.ends_with("c1") || line.ends_with("c2") ||
           line.ends_with("f1") || line.ends_with("f2");
  });
  CHECK(layers == Log{"backward of f2", bucket(f2, end), "backward of f1", bucket(f1, f2),
                      "backward of c2", bucket(c2, f1), "backward of c1", bucket(0, c2), "add 8",
                      "wait"});
}

}  // namespace
}  // namespace fovea
