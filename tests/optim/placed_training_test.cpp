// SPDX-License-Identifier: Apache-2.0
// Runs under columns and hybrid placement: the bits of one device on the CPU, its weights within a
// tolerance on GPUs, checkpoints that know of neither placement nor ranks, and the predicted bytes.
#include "support/devices.h"
#include "support/error_message.h"
#include "support/ranks.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/rank_cost.h>
#include <fovea/optim/trainer.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace fovea {
namespace {

constexpr const char* kColumns = R"({"input": [3, 12, 12], "layers": [
    {"name": "c1", "type": "conv2d", "out_channels": 8, "kernel_size": 3}, {"type": "relu"},
    {"type": "lrn", "groups": 4}, {"type": "maxpool2d", "kernel_size": 3, "stride": 2},
    {"name": "c2", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1, "groups": 4},
    {"type": "relu"}, {"name": "c3", "type": "conv2d", "out_channels": 8, "kernel_size": 3},
    {"type": "relu"}, {"type": "flatten"}, {"name": "f4", "type": "linear", "out_features": 16},
    {"type": "relu"}, {"type": "dropout", "p": 0.2}, {"name": "f5", "type": "linear", "out_features": 4}]})";

// Looks at numbers only.
class BytesWatcher final : public TrainObserver {
 public:
  explicit BytesWatcher(const Trainer& trainer, int64_t stop_after = 0)
      : trainer_(trainer), stop_after_(stop_after) {}
  bool needs_state(int64_t /*step*/) override { return false; }
  void on_step(const StepReport& report) override {
    step_ = report.step;
    bytes.push_back(trainer_.communication().bytes);
  }
  void on_epoch(const EpochReport& report) override { epochs.push_back(report); }
  bool should_stop() override { return stop_after_ > 0 && step_ >= stop_after_; }

  std::vector<int64_t> bytes;
  std::vector<EpochReport> epochs;

 private:
  const Trainer& trainer_;
  int64_t stop_after_, step_ = 0;
};

TrainOptions options_for(Placement placement, int64_t accumulate = 1) {
  TrainOptions options;
  options.epochs = 2;
  options.batch_size = 8;
  options.accumulate = accumulate;
  options.optimizer = SgdOptions{.lr = 0.02f, .weight_decay = 1e-3f};
  options.placement = placement;
  return options;
}

// 44 samples: the last batch of an epoch has 4.
struct PlacedRig {
  PlacedRig(const Team& team, const TrainOptions& given, Device device = {})
      : options(given),
        net(Net::from_config(Config::parse(kColumns), 5)),
        ctx({.device = device,
             .threads = 1,
             .seed = 5,
             .numerics = options.numerics,
             .shards = options.shards_per_part(options.ranks_of_rows(team.ranks()))}) {
    if (team.ranks() == 1) net.move_to(device);
    DataOptions data;
    data.train = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 44};
    data.val = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 10};
    data.mean = 0.5f;
    data.std_dev = 0.25f;
    sources = make_sources(data, options.batch_size, 5, !device.is_cpu());
    trainer.emplace(net, ctx, *sources.train, sources.val.get(), options, team);
  }

  BytesWatcher run(int64_t stop_after = 0) {
    BytesWatcher watcher(*trainer, stop_after);
    trainer->run(watcher);
    return watcher;
  }
  void save(const std::string& file) {
    ModelInfo info;
    info.graph = kColumns;
    info.classes = {"0", "1", "2", "3"};
    save_checkpoint(file, net, info, {trainer->optimizer(), trainer->position(), "{}"});
  }
  void resume(const std::string& file) {
    TrainPosition position;
    restore_checkpoint(file, net, trainer->optimizer(), position);
    trainer->set_position(position);
  }

  TrainOptions options;
  Net net;
  Context ctx;
  DataSources sources;
  std::optional<Trainer> trainer;
};

Team ranks_on(Device device, int ranks) {
  Team team;
  for (int i = 1; i < ranks; i++) team.others.push_back(device.is_cpu() ? device : Device::cuda(i));
  return team;
}
Team cpu_ranks(int ranks) { return ranks_on({}, ranks); }

double distance(const Net& a, const Net& b) {
  const Tensor x = a.values().to(Device::cpu()), y = b.values().to(Device::cpu());
  double difference = 0, norm = 0;
  for (int64_t i = 0; i < x.elements(); i++) {
    const double d = double{x.data<float>()[i]} - y.data<float>()[i];
    difference += d * d;
    norm += double{y.data<float>()[i]} * y.data<float>()[i];
  }
  return std::sqrt(difference / norm);
}

// Columns have the bits of one device. Hybrid's linear layers see the whole batch with the shards
// of a part of it.
void check_near(const Net& net, const Net& one, Placement placement) {
  if (placement == Placement::columns) CHECK(hash_of_weights(net) == hash_of_weights(one));
  CHECK(distance(net, one) < 1e-6);
}

void check_epochs(const BytesWatcher& some, const BytesWatcher& one, Placement placement) {
  REQUIRE(some.epochs.size() == one.epochs.size());
  for (size_t i = 0; i < one.epochs.size(); i++) {
    const EpochReport &a = some.epochs[i], &b = one.epochs[i];
    const double tolerance = placement == Placement::columns ? 0 : 1e-5;
    CHECK(std::fabs(a.train.loss_sum - b.train.loss_sum) <= tolerance * b.train.loss_sum);
    CHECK(a.train.samples == 44);
    CHECK(a.train.top1 == b.train.top1);
    CHECK(a.val->samples == 10);
    CHECK(std::fabs(a.val->loss_sum - b.val->loss_sum) <= tolerance * b.val->loss_sum);
    CHECK(a.val->top1 == b.val->top1);
  }
}

TEST_CASE("columns train to the bits of one device on the CPU, hybrid as near as can be") {
  PlacedRig one({}, options_for(Placement::data));
  const BytesWatcher alone = one.run();
  for (const Placement placement : {Placement::columns, Placement::hybrid}) {
    for (const int ranks : test::sampled<int>({2, 4})) {
      for (const int64_t accumulate : test::sampled<int64_t>({1, 2})) {
        CAPTURE(static_cast<int>(placement), ranks, accumulate);
        PlacedRig some(cpu_ranks(ranks), options_for(placement, accumulate));
        check_epochs(some.run(), alone, placement);
        check_near(some.net, one.net, placement);
      }
    }
  }
}

TEST_CASE("processes train under columns and hybrid as threads do") {
  for (const Placement placement : {Placement::columns, Placement::hybrid}) {
    PlacedRig two(cpu_ranks(2), options_for(placement));
    two.run();
    const auto communicators = connect_threads(2);
    std::vector<std::string> hashes(2);
    const auto errors = test::on_ranks(communicators, [&](Communicator& rank) {
      PlacedRig rig({.processes = &rank}, options_for(placement));
      rig.run();
      hashes[static_cast<size_t>(rank.rank())] = hash_of_weights(rig.net);
    });
    CHECK(errors == std::vector<std::string>(2));
    CHECK(hashes == std::vector<std::string>(2, hash_of_weights(two.net)));
  }
}

TEST_CASE("clipped gradients and fast numerics under columns and hybrid stay near one device") {
  TrainOptions clipped = options_for(Placement::data);
  clipped.clip = {.norm = 0.3f};
  TrainOptions fast = clipped;
  fast.numerics = Numerics::fast;
  for (TrainOptions options : {clipped, fast}) {
    PlacedRig one({}, options);
    one.run();
    for (const Placement placement : {Placement::columns, Placement::hybrid}) {
      options.placement = placement;
      PlacedRig two(cpu_ranks(2), options);
      two.run();
      CHECK(distance(two.net, one.net) < 1e-5);
    }
  }
}

TEST_CASE("checkpoints know of neither placement nor ranks") {
  PlacedRig one({}, options_for(Placement::data));
  one.run();
  const test::TempDir dir;
  struct Kind {
    Placement placement;
    int ranks;
  };
  const std::vector<Kind> kinds{{Placement::columns, 2},
                                {Placement::data, 1},
                                {Placement::hybrid, 4},
                                {Placement::columns, 4},
                                {Placement::data, 2}};
  std::string file;
  for (size_t i = 0; i < kinds.size(); i++) {  // each goes on for two steps
    PlacedRig rig(cpu_ranks(kinds[i].ranks), options_for(kinds[i].placement));
    if (!file.empty()) rig.resume(file);
    rig.run(static_cast<int64_t>(2 * (i + 1)));
    file = dir.file("at" + std::to_string(i) + ".safetensors");
    rig.save(file);
  }
  PlacedRig last(cpu_ranks(2), options_for(Placement::hybrid));
  last.resume(file);
  last.run();
  CHECK(distance(last.net, one.net) < 1e-6);
}

TEST_CASE("a step sends the bytes that are predicted") {
  for (const Numerics numerics : {Numerics::exact, Numerics::fast}) {
    for (const Placement placement : {Placement::data, Placement::columns, Placement::hybrid}) {
      for (const int64_t accumulate : {1, 2}) {
        CAPTURE(static_cast<int>(numerics), static_cast<int>(placement), accumulate);
        TrainOptions options = options_for(placement, accumulate);
        options.numerics = numerics;
        PlacedRig rig(cpu_ranks(2), options);
        const std::vector<int64_t> bytes = rig.run(3).bytes;
        const RankCost cost = predict_rank_cost(rig.net, rig.ctx, options, placement, 2, 8);
        CHECK(bytes[1] - bytes[0] == cost.sent());
        CHECK(bytes[2] - bytes[1] == cost.sent());
      }
    }
  }
}

TEST_CASE("columns and hybrid on GPUs train to the weights of one device") {
  if (test::lacks_cuda(2)) return;
  const Device gpu = Device::cuda();
  PlacedRig one({}, options_for(Placement::data));
  one.run();
  for (const Placement placement : {Placement::columns, Placement::hybrid}) {
    PlacedRig two(ranks_on(gpu, 2), options_for(placement), gpu);
    const BytesWatcher watcher = two.run();
    CHECK(distance(two.net, one.net) < 1e-5);
    const RankCost cost = predict_rank_cost(two.net, two.ctx, two.options, placement, 2, 8);
    CHECK(watcher.bytes[1] - watcher.bytes[0] == cost.sent());
  }
}

TEST_CASE("ranks with parts of a net that diverge name the layer of one device") {
  TrainOptions options = options_for(Placement::data);
  options.optimizer = SgdOptions{.lr = 1e38f};
  const std::string alone =
      test::error_message<DivergedError>([&] { PlacedRig({}, options).run(); });
  for (const Placement placement : {Placement::columns, Placement::hybrid}) {
    options.placement = placement;
    CHECK(test::error_message<DivergedError>([&] { PlacedRig(cpu_ranks(2), options).run(); }) ==
          alone);
  }
}

TEST_CASE("a net that so many ranks cannot divide is refused as a mistake of the config") {
  CHECK_THAT(test::error_message<ConfigError>(
                 [&] { PlacedRig(cpu_ranks(8), options_for(Placement::columns)); }),
             Catch::Contains("lrn: its windows would cross"));
}

}  // namespace
}  // namespace fovea
