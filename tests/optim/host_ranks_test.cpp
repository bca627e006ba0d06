// SPDX-License-Identifier: Apache-2.0
// Ranks on the CPU, as threads of one trainer and as trainers that speak to each other (which
// processes are): the bits, results and decisions of one.
#include "agreement.h"
#include "reduction_thread.h"
#include "support/error_message.h"
#include "support/ranks.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"
#include "train_ranks.h"

#include <fovea/core/error.h>
#include <fovea/core/io/text_file.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/state_hash.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace fovea {
namespace {

struct Outcome {
  std::string weights;
  int64_t steps = 0, stopped_after = 0;
  std::vector<EpochReport> epochs;
};

class Watcher final : public TrainObserver {
 public:
  explicit Watcher(int64_t stop_after = 0) : stop_after_(stop_after) {}
  void on_step(const StepReport& report) override { steps = report.step; }
  void on_epoch(const EpochReport& report) override { epochs.push_back(report); }
  bool should_stop() override { return stop_after_ > 0 && steps >= stop_after_; }

  int64_t steps = 0;
  std::vector<EpochReport> epochs;

 private:
  int64_t stop_after_;
};

DataOptions tiny_data() {
  DataOptions data;
  data.train = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 44};
  data.val = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 10};
  data.mean = 0.5f;
  data.std_dev = 0.25f;
  data.augment = {HorizontalFlip{}};
  return data;
}

TrainOptions tiny_options(int64_t epochs) {
  TrainOptions options;
  options.epochs = epochs;
  options.batch_size = 8;
  options.optimizer = SgdOptions{.lr = 0.01f, .weight_decay = 1e-3f};
  options.lr_schedule = PlateauSchedule{};
  options.clip = {.norm = 0.5f};
  options.class_weights = ClassWeights{false, {1, 2, 0.5f, 1}};
  return options;
}

// One trainer with all that it needs.
struct Rig {
  Rig(const Team& team, const TrainOptions& given, const RowShare& share = {})
      : options(given),
        net(Net::from_config(Config::parse(test::kTinyModel), 5)),
        ctx({.threads = 1,
             .seed = 5,
             .numerics = options.numerics,
             .shards = options.shards_per_part(team.ranks())}),
        sources(make_sources(tiny_data(), options.batch_size, 5, false, share)),
        trainer(net, ctx, *sources.train, sources.val.get(), options, team) {}

  Outcome run(int64_t stop_after = 0) {
    Watcher watcher(stop_after);
    trainer.run(watcher);
    return {hash_of_weights(net), trainer.position().step, watcher.steps, watcher.epochs};
  }

  TrainOptions options;
  Net net;
  Context ctx;
  DataSources sources;
  Trainer trainer;
};

Team threads(int ranks) { return {.others = std::vector<Device>(static_cast<size_t>(ranks) - 1)}; }

void check_same(const Outcome& outcome, const Outcome& one) {
  CHECK(outcome.weights == one.weights);
  CHECK(outcome.steps == one.steps);
  REQUIRE(outcome.epochs.size() == one.epochs.size());
  for (size_t i = 0; i < one.epochs.size(); i++) {
    const EpochReport &a = outcome.epochs[i], &b = one.epochs[i];
    CHECK(a.train.loss_sum == b.train.loss_sum);
    CHECK(a.train.top1 == b.train.top1);
    CHECK(a.val->samples == 10);
    CHECK(a.val->top1 == b.val->top1);
    CHECK(a.val->top5 == b.val->top5);
    CHECK(a.val->loss_sum == b.val->loss_sum);
    CHECK(a.best == b.best);
  }
}

// What each of `ranks` trainers that speak to each other came to.
std::vector<Outcome> train_as_processes(int ranks, const TrainOptions& options,
                                        int64_t stop_after_on_last = 0) {
  const auto communicators = connect_threads(ranks);
  std::vector<Outcome> outcomes(static_cast<size_t>(ranks));
  const auto errors = test::on_ranks(communicators, [&](Communicator& rank) {
    Rig rig({.processes = &rank}, options, {rank.rank(), ranks});
    const bool last = rank.rank() == ranks - 1;
    outcomes[static_cast<size_t>(rank.rank())] = rig.run(last ? stop_after_on_last : 0);
  });
  for (const std::string& error : errors) REQUIRE(error == "");
  return outcomes;
}

TEST_CASE("ranks on the CPU train to the bits of one") {
  const TrainOptions options = tiny_options(2);
  const Outcome one = Rig({}, options).run();
  REQUIRE(one.steps == 12);
  for (const int ranks : test::sampled<int>({2, 4, 8})) {
    CAPTURE(ranks);
    check_same(Rig(threads(ranks), options).run(), one);
    for (const Outcome& outcome : train_as_processes(ranks, options)) check_same(outcome, one);
  }
}

TEST_CASE("batches that ranks do not divide have the bits of one") {
  for (const int64_t batch : test::sampled<int64_t>({11, 13, 3})) {
    CAPTURE(batch);
    TrainOptions options = tiny_options(1);
    options.batch_size = batch;
    const Outcome one = Rig({}, options).run();
    for (const int ranks : {2, 4}) check_same(Rig(threads(ranks), options).run(), one);
    options.accumulate = 2;
    check_same(Rig({}, options).run(), one);
    check_same(Rig(threads(2), options).run(), one);
  }
}

TEST_CASE("ranks under fast numerics may be any number") {
  TrainOptions options = tiny_options(1);
  options.numerics = Numerics::fast;
  options.shards = 6;
  const Outcome first = Rig(threads(3), options).run(), again = Rig(threads(3), options).run();
  CHECK(first.weights == again.weights);
  CHECK(train_as_processes(3, options)[2].weights == first.weights);
}

TEST_CASE("one process that is to stop stops all after the same step") {
  for (const Outcome& outcome : train_as_processes(2, tiny_options(2), 5))
    CHECK(outcome.steps == 5);
}

TEST_CASE("processes diverge with one message, and keep the weights") {
  TrainOptions options = tiny_options(4);
  options.clip = {};
  options.optimizer = SgdOptions{.lr = 1e38f};
  const std::string alone = test::error_message<DivergedError>([&] { Rig({}, options).run(); });
  const auto errors = test::on_ranks(connect_threads(2), [&](Communicator& rank) {
    Rig({.processes = &rank}, options, {rank.rank(), 2}).run();
  });
  CHECK_THAT(alone, Catch::Contains("is not finite") || Catch::Contains("the loss is"));
  for (const std::string& error : errors) CHECK(error == alone);
}

TEST_CASE("a run saved by four ranks goes on alone and by two to the same bits") {
  const TrainOptions options = tiny_options(2);
  const Outcome one = Rig({}, options).run();
  Rig four(threads(4), options);
  four.run(5);
  const test::TempDir dir;
  const std::string file = dir.file("last.safetensors");
  ModelInfo info;
  info.graph = test::kTinyModel;
  info.classes = {"0", "1", "2", "3"};
  save_checkpoint(file, four.net, info, {four.trainer.optimizer(), four.trainer.position(), "{}"});
  for (const int ranks : {1, 2}) {
    Rig rig(threads(ranks), options);
    TrainPosition position;
    restore_checkpoint(file, rig.net, rig.trainer.optimizer(), position);
    rig.trainer.set_position(position);
    CHECK(rig.run().weights == one.weights);
  }
}

// Before backward of the first layer: waits until a trace tells of a sum of gradients.
class WaitsForSum final : public StepObserver {
 public:
  explicit WaitsForSum(const TraceLog& log) : log_(log) {}
  void before(size_t step, Pass pass) noexcept override {
    if (step != 0 || pass != Pass::backward) return;
    const Stopwatch watch;
    while (!sum_is_done && watch.seconds() < 20) {
      sum_is_done = log_.events().find("gradients ") != std::string::npos;
      std::this_thread::yield();
    }
  }
  void after(size_t, Pass) noexcept override {}

  bool sum_is_done = false;

 private:
  const TraceLog& log_;
};

TEST_CASE("buckets are added before the CPU computes the gradients of the first layer") {
  Rig rig({}, tiny_options(1));
  TrainRanks ranks(rig.net, rig.ctx, rig.options, 8, {}, threads(2), {.bucket_bytes = 1});
  TraceLog log;
  ranks.trace(log);
  WaitsForSum observer(log);
  ranks.first().execution().observe(&observer);
  Batch batch;
  rig.sources.train->next(batch);
  Metrics metrics;
  ranks.begin(batch, {0.01f, 0, 0});
  ranks.finish(batch, metrics);
  CHECK(observer.sum_is_done);
  const CommunicationTotals totals = ranks.communication();
  const auto gradients = static_cast<int64_t>(rig.net.gradients().bytes());
  CHECK(totals.bytes == gradients + all_reduce_traffic(8 * 4, 2));
  CHECK(totals.seconds > 0);
}

TEST_CASE("a trace tells what every rank computed and added") {
  Rig rig(threads(2), tiny_options(1));
  TraceLog log;
  rig.trainer.trace(log);
  rig.run(2);
  const Config trace = Config::parse(TraceLog::file_of({log.events(), ""}), "trace");
  std::vector<std::string> names[2];
  for (const Config& event : trace.at("traceEvents").items()) {
    if (event.get("ph", "") != "X") continue;
    CHECK(event.get("dur", -1.0) >= 0);
    names[event.get("pid", int64_t{9})].push_back(event.get("name", ""));
  }
  for (const auto& of_rank : names) {
    CHECK(std::ranges::count_if(of_rank, [](const auto& n) { return n.starts_with("forward "); }) >=
          8);
    CHECK(std::ranges::count_if(of_rank,
                                [](const auto& n) { return n.starts_with("backward "); }) >= 6);
    CHECK(std::ranges::count_if(of_rank,
                                [](const auto& n) { return n.starts_with("gradients "); }) == 2);
    CHECK(std::ranges::count(of_rank, "losses") == 2);
  }
}

TEST_CASE("a thread adds what it is given in order, and tells of what fails") {
  std::vector<int64_t> begins;
  bool fails = false;
  ReductionThread thread([&](int64_t begin, int64_t) {
    if (fails) throw std::runtime_error("no link");
    begins.push_back(begin);
  });
  for (int64_t i = 0; i < 5; i++) thread.give(i, i + 1);
  thread.join();
  CHECK(begins == std::vector<int64_t>{0, 1, 2, 3, 4});
  fails = true;
  thread.give(5, 6);
  thread.give(6, 7);
  CHECK_THROWS_WITH(thread.join(), "no link");
  fails = false;
  thread.give(7, 8);
  thread.join();
  CHECK(begins.back() == 7);
}

RunConfig config_with(const std::string& train) {
  return RunConfig::read(Config::parse(
      R"({"data": {"train": {"type": "synthetic", "shape": [3, 12, 12], "classes": 4, "samples": 44}}, "model": )" +
      std::string(test::kTinyModel) + R"(, "train": {)" + train + "}}"));
}

TEST_CASE("processes with different configs or data are told which and where") {
  const auto by_rank = [&](const std::function<void(Communicator&)>& body) {
    return test::on_ranks(connect_threads(2), body);
  };
  const auto configs = by_rank([](Communicator& rank) {
    const RunConfig config = config_with(rank.rank() == 0 ? R"("optimizer": {"lr": 0.5})"
                                                          : R"("optimizer": {"lr": 0.25})");
    check_same_config(&rank, config, Device::cpu());
  });
  for (const std::string& error : configs) {
    CHECK_THAT(error,
               Catch::StartsWith("rank 1's config differs from rank 0's: train.optimizer.lr") &&
                   Catch::Contains("is 0.5 in rank 0's, 0.25 in the other"));
  }
  const auto equal = by_rank([](Communicator& rank) {
    check_same_config(&rank, config_with(R"("device": "cpu")"), Device::cpu());
  });
  CHECK(equal == std::vector<std::string>{"", ""});
  const auto data = by_rank([](Communicator& rank) {
    DataOptions options = tiny_data();
    options.train =
        SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 44 + rank.rank()};
    check_same_data(&rank, make_train_source(options, 8, 5).get(), "training data");
  });
  CHECK_THAT(data[0],
             Catch::StartsWith("rank 1's training data differs from rank 0's: 45 samples"));
  const auto devices = by_rank([](Communicator& rank) {
    check_same_config(&rank, config_with(""), rank.rank() ? Device::cuda() : Device::cpu());
  });
  CHECK(devices[1] ==
        "rank 1's device differs from rank 0's: a GPU, there the CPU; start all ranks "
        "with the same");
}

TEST_CASE("a process reads its own samples of a batch only") {
  const DataSources whole = make_sources(tiny_data(), 8, 5);
  const DataSources part = make_sources(tiny_data(), 8, 5, false, {1, 3});
  Batch all, own;
  for (int64_t i = 0; i < whole.train->batches(); i++) {
    whole.train->next(all);
    part.train->next(own);
    CHECK(own.keys == all.keys);
    CHECK(own.samples == all.samples);
    const auto labels = own.labels.span<int32_t>(), wanted = all.labels.span<int32_t>();
    CHECK(std::ranges::equal(labels, wanted));
    const RowShare share{1, 3};
    const int64_t begin = share.begin(all.size()), end = share.end(all.size());
    const auto pictures = own.images.rows(begin, end).span<float>();
    CHECK(std::ranges::equal(pictures, all.images.rows(begin, end).span<float>()));
  }
}

}  // namespace
}  // namespace fovea
