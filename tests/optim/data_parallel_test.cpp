// SPDX-License-Identifier: Apache-2.0
// Several GPUs share each batch: the bits of one, and errors where others would wait for ever.
#include "support/devices.h"
#include "support/error_message.h"
#include "support/tiny_run.h"
#include "support/values.h"

#include <fovea/core/comm/rank_threads.h>
#include <fovea/core/error.h>
#include <fovea/optim/state_hash.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <functional>
#include <stdexcept>

namespace fovea {
namespace {

std::vector<Device> devices_from_1(int count) {
  std::vector<Device> devices;
  for (int i = 1; i < count; i++) devices.push_back(Device::cuda(i));
  return devices;
}

struct TeamOutcome {
  StateHash state;
  double loss_sum = 0;
  int64_t top1 = 0;
};

// Keeps what the last step reported.
class LastStep final : public TrainObserver {
 public:
  void on_step(const StepReport& report) override { epoch_so_far = report.epoch_so_far; }
  Metrics epoch_so_far;
};

constexpr const char* kTeamModel = R"({"input": [3, 12, 12], "layers": [
    {"type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1}, {"type": "relu"},
    {"type": "maxpool2d", "kernel_size": 3, "stride": 2}, {"type": "flatten"}, {"type": "dropout", "p": 0.2},
    {"type": "linear", "out_features": 4}]})";

TeamOutcome train(int devices, int64_t accumulate, Numerics numerics = Numerics::exact) {
  test::TinyRun run(2, 1, 0, Device::cuda(), kTeamModel);
  run.options.numerics = numerics;
  run.options.accumulate = accumulate;
  run.options.clip = {.norm = 0.5f};
  run.options.class_weights = ClassWeights{false, {1, 2, 0.5f, 1}};
  const auto others = devices_from_1(devices);
  Context ctx({.device = Device::cuda(),
               .threads = 1,
               .seed = 5,
               .numerics = numerics,
               .shards = run.options.shards_per_part(devices)});
  Trainer trainer(run.net, ctx, *run.train, run.val.get(), run.options, {.others = others});
  LastStep last;
  trainer.run(last);
  return {hash_of_state(run.net, trainer.optimizer(), trainer.position().step),
          last.epoch_so_far.loss_sum, last.epoch_so_far.top1};
}

TEST_CASE("several GPUs train to the bits of one") {
  if (test::lacks_cuda(4)) return;
  const TeamOutcome one = train(1, 4);
  for (const int devices : {2, 4}) {
    CAPTURE(devices);
    const TeamOutcome several = train(devices, 4 / devices);
    CHECK(first_difference(one.state, several.state) == "");
    CHECK(one.state.step == several.state.step);
    CHECK(one.loss_sum == several.loss_sum);
    CHECK(one.top1 == several.top1);
  }
}

TEST_CASE("fast numerics give any number of GPUs the same bits on every run") {
  if (test::lacks_cuda(4)) return;
  const TeamOutcome first = train(4, 1, Numerics::fast), again = train(4, 1, Numerics::fast);
  CHECK(first_difference(first.state, again.state) == "");
}

TEST_CASE("a batch that cannot be cut into equal parts for the GPUs is refused") {
  TrainOptions options;
  options.accumulate = 4;
  CHECK(options.shards_per_part(2) == 1);
  CHECK(test::error_message<ConfigError>([&] { (void)options.shards_per_part(4); }) ==
        "4 ranks with train.accumulate 4 cut a batch into 16 parts; train.shards, which is 8, must "
        "be a multiple of that");
  options.accumulate = 1;
  options.shards = 6;
  CHECK_THROWS_WITH(options.shards_per_part(3), Catch::Contains("exact numerics need 2, 4, 8"));
  options.numerics = Numerics::fast;
  CHECK(options.shards_per_part(3) == 2);
}

TEST_CASE("ranks exchange values, and add them up") {
  if (test::lacks_cuda(2)) return;
  const std::vector<Device> devices{Device::cuda(0), Device::cuda(1)};
  const auto communicators = connect_devices(devices);
  std::vector<std::vector<float>> theirs(2), sums(2);
  RankThreads threads(2, [] {});
  threads.run([&](int rank) {
    const auto r = static_cast<size_t>(rank);
    Context ctx({.device = devices[r], .threads = 1});
    const Tensor mine = Tensor::from<float>({2}, {1.0f + rank, 10.0f}).to(devices[r]);
    const Tensor received({2}, DType::f32, devices[r]);
    communicators[r]->exchange(ctx, 1 - rank, mine, received);
    communicators[r]->all_reduce(ctx, mine);
    theirs[r] = test::elements<float>(received.to(Device::cpu()));
    sums[r] = test::elements<float>(mine.to(Device::cpu()));
  });
  CHECK(theirs[0] == std::vector<float>{2, 10});
  CHECK(theirs[1] == std::vector<float>{1, 10});
  for (const auto& sum : sums) CHECK(sum == std::vector<float>{3, 20});
}

// Rank 0 takes part in a sum, rank 1 does `other`: what rank 0 gets to know.
std::string left_alone(std::chrono::milliseconds patience, const std::function<void()>& other) {
  const std::vector<Device> devices{Device::cuda(0), Device::cuda(1)};
  const auto communicators = connect_devices(devices, patience);
  RankThreads threads(2, [&] {
    for (const auto& communicator : communicators) communicator->abort();
  });
  std::string message;
  const auto body = [&](int rank) {
    if (rank == 1) return other();
    Context ctx({.device = devices[0], .threads = 1});
    const Tensor values(Shape{4}, DType::f32, devices[0]);
    message = test::error_message<DeviceError>([&] {
      communicators[0]->all_reduce(ctx, values);
      communicators[0]->wait(ctx);
    });
  };
  try {
    threads.run(body);
  } catch (const std::runtime_error&) {
  }
  return message;
}

TEST_CASE("a rank that never arrives is an error of the others") {
  if (test::lacks_cuda(2)) return;
  const std::string message = left_alone(std::chrono::milliseconds(1000), [] {});
  CHECK(
      message ==
      "rank 0, all-reduce: the other ranks have not answered for 1 s; one of them hangs, or a GPU "
      "does");
}

TEST_CASE("a rank that fails is an error of the others") {
  if (test::lacks_cuda(2)) return;
  const std::string message =
      left_alone(std::chrono::minutes(1), [] { throw std::runtime_error("rank 1 has no data"); });
  CHECK_THAT(message, Catch::EndsWith(": another rank has failed"));
}

TEST_CASE("ranks that fail end the run with what the first has thrown") {
  std::atomic<int> given_up{0};
  RankThreads threads(3, [&] { given_up++; });
  std::atomic<int> calls{0};
  threads.run([&](int) { calls++; });
  CHECK(calls == 3);
  CHECK_THROWS_WITH(threads.run([](int rank) {
    if (rank == 2) throw std::runtime_error("rank 2");
  }),
                    "rank 2");
  CHECK(given_up == 1);
}

}  // namespace
}  // namespace fovea
