// SPDX-License-Identifier: Apache-2.0
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/trainer.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::EpochReport;
using fovea::hash_of_weights;
using fovea::StepReport;
using fovea::test::TinyRun;

namespace {

class Recording final : public fovea::TrainObserver {
 public:
  explicit Recording(int64_t stop_after = 0) : stop_after_(stop_after) {}
  void on_step(const StepReport& report) override { steps.push_back(report); }
  void on_epoch(const EpochReport& report) override { epochs.push_back(report); }
  bool should_stop() override {
    return stop_after_ > 0 && static_cast<int64_t>(steps.size()) >= stop_after_;
  }

  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;

 private:
  int64_t stop_after_;
};

}  // namespace

TEST_CASE("a run learns, reports each step and epoch, and uses the last partial batch") {
  TinyRun run(2, 12);
  Recording seen;
  CHECK(run.trainer->run(seen));
  CHECK(run.trainer->steps() == 72);  // 44 samples in batches of 8: 6 a pass
  REQUIRE(seen.steps.size() == 72);
  REQUIRE(seen.epochs.size() == 12);
  CHECK(seen.steps[5].samples == 4);
  CHECK(seen.steps[5].epoch_so_far.samples == 44);
  CHECK(seen.steps[6].epoch_so_far.samples == 8);
  CHECK(seen.steps[0].lr == 0.01f);
  CHECK(seen.steps[71].lr < 0.0001f);
  CHECK(seen.epochs[0].val->samples == 20);
  CHECK(seen.epochs[11].train.loss() < 0.5 * seen.epochs[0].train.loss());
  CHECK(seen.epochs[11].val->top1_share() > 0.9);
  CHECK(seen.epochs[0].best);
}

TEST_CASE("threads change no bit of a run") {
  std::string hash;
  for (const int threads : {1, 2, 3, 7}) {
    TinyRun run(threads);
    Recording seen;
    run.trainer->run(seen);
    if (hash.empty()) hash = hash_of_weights(run.net);
    CHECK(hash_of_weights(run.net) == hash);
  }
}

TEST_CASE(
    "a run stopped anywhere and taken up again ends with the same bits and the same reports") {
  TinyRun straight;
  Recording expected;
  straight.trainer->run(expected);
  for (const int64_t stop : {1, 5, 6, 7, 17}) {
    TinyRun first;
    Recording before(stop);
    CHECK_FALSE(first.trainer->run(before));
    TinyRun second;
    second.net.values().copy_from(first.net.values());
    second.trainer->optimizer().velocities().copy_from(first.trainer->optimizer().velocities());
    second.trainer->set_position(first.trainer->position());
    Recording after;
    CHECK(second.trainer->run(after));
    CHECK(hash_of_weights(second.net) == hash_of_weights(straight.net));
    REQUIRE(before.steps.size() + after.steps.size() == expected.steps.size());
    for (size_t i = 0; i < after.steps.size(); i++) {
      CHECK(after.steps[i].loss == expected.steps[static_cast<size_t>(stop) + i].loss);
      CHECK(after.steps[i].epoch_so_far.top1 ==
            expected.steps[static_cast<size_t>(stop) + i].epoch_so_far.top1);
    }
    REQUIRE(before.epochs.size() + after.epochs.size() == expected.epochs.size());
    CHECK(after.epochs.back().val->loss_sum == expected.epochs.back().val->loss_sum);
    CHECK(after.epochs.back().best == expected.epochs.back().best);
  }
}

TEST_CASE("max_steps ends a run early") {
  TinyRun run(1, 3, 4);
  Recording seen;
  CHECK(run.trainer->run(seen));
  CHECK(seen.steps.size() == 4);
  CHECK(run.trainer->run(seen));  // nothing is left to do
  CHECK(seen.steps.size() == 4);
}

TEST_CASE("a run stopped while it validates closes the epoch when it is taken up again") {
  TinyRun straight;
  Recording expected;
  straight.trainer->run(expected);

  // Asked after each of 6 steps and between the 3 batches of the validation.
  class StopAtCall final : public fovea::TrainObserver {
   public:
    explicit StopAtCall(int call) : left_(call) {}
    void on_epoch(const EpochReport& report) override { epochs.push_back(report); }
    bool should_stop() override { return --left_ == 0; }
    std::vector<EpochReport> epochs;

   private:
    int left_;
  };
  for (const int call : {6, 7, 8}) {
    TinyRun run;
    StopAtCall stopped(call);
    CHECK_FALSE(run.trainer->run(stopped));
    CHECK(run.trainer->position().step == 6);
    CHECK(stopped.epochs.size() == (call == 8 ? 1 : 0));
    Recording after;
    CHECK(run.trainer->run(after));
    CHECK(hash_of_weights(run.net) == hash_of_weights(straight.net));
    CHECK(stopped.epochs.size() + after.epochs.size() == expected.epochs.size());
    CHECK(after.epochs.back().val->loss_sum == expected.epochs.back().val->loss_sum);
  }
}

TEST_CASE("data that does not fit the net is refused by name") {
  TinyRun run;
  fovea::DataOptions data;
  data.train = fovea::SyntheticOptions{.shape = {1, 12, 12}, .classes = 4, .samples = 8};
  const auto gray = fovea::make_train_source(data, 4, 1);
  CHECK_THROWS_WITH(fovea::Trainer(run.net, run.ctx, *gray, nullptr, run.options),
                    Contains("[12,12,1]"));
  data.train = fovea::SyntheticOptions{.shape = {3, 12, 12}, .classes = 5, .samples = 8};
  const auto five = fovea::make_train_source(data, 4, 1);
  CHECK_THROWS_WITH(fovea::Trainer(run.net, run.ctx, *five, nullptr, run.options),
                    Contains("5 classes"));
}

namespace {

// Trains with options changed by `change`, and returns the hash of the weights.
template <class Change>
std::string hash_after(Change change, int threads = 2, int64_t samples = 48) {
  TinyRun run(threads, 2);
  change(run.options);
  fovea::Context ctx({.threads = threads, .seed = 5, .shards = run.options.shards_per_part()});
  fovea::DataOptions data;
  data.train = fovea::SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = samples};
  const auto source = fovea::make_train_source(data, run.options.batch_size, 5);
  fovea::Trainer trainer(run.net, ctx, *source, nullptr, run.options);
  Recording seen;
  trainer.run(seen);
  return hash_of_weights(run.net);
}

}  // namespace

TEST_CASE("a batch in parts gives the bits of the whole batch, 4 of 32 those of 128") {
  const auto with = [](int64_t batch, int64_t parts) {
    const auto change = [=](fovea::TrainOptions& o) {
      o.batch_size = batch;
      o.accumulate = parts;
    };
    return hash_after(change, 2, 3 * batch);
  };
  for (const int64_t batch : {16, 128}) {
    const std::string whole = with(batch, 1);
    for (const int64_t parts : {2, 4, 8}) CHECK(with(batch, parts) == whole);
  }
}

TEST_CASE("a last batch with fewer rows than parts trains too") {
  const auto with = [](int64_t parts) {
    return hash_after(
        [=](fovea::TrainOptions& o) {
          o.batch_size = 16;
          o.accumulate = parts;
        },
        1, 18);
  };
  CHECK(with(8) != "");
}

TEST_CASE("frozen layers stay, and only from when they are told to") {
  const auto weights = [](int64_t from_step) {
    TinyRun run(1, 2);
    fovea::SgdOptions sgd{.lr = 0.01f};
    sgd.groups.push_back({.layers = {"conv2d1"}, .freeze_from_step = from_step});
    run.options.optimizer = sgd;
    fovea::Trainer trainer(run.net, run.ctx, *run.train, nullptr, run.options);
    Recording seen;
    trainer.run(seen);
    return run.net.value(*run.net.find_parameter("conv2d1.weight")).clone();
  };
  TinyRun fresh;
  const auto start = fresh.net.value(*fresh.net.find_parameter("conv2d1.weight"));
  CHECK(std::ranges::equal(weights(0).span<float>(), start.span<float>()));
  CHECK_FALSE(std::ranges::equal(weights(1).span<float>(), start.span<float>()));
  CHECK_FALSE(std::ranges::equal(weights(1).span<float>(), weights(2).span<float>()));
  CHECK(std::ranges::equal(weights(12).span<float>(), weights(100).span<float>()));
}

TEST_CASE("groups that name no layer are refused") {
  TinyRun run;
  fovea::SgdOptions sgd;
  sgd.groups.push_back({.layers = {"conv9"}});
  run.options.optimizer = sgd;
  CHECK_THROWS_WITH(fovea::Trainer(run.net, run.ctx, *run.train, nullptr, run.options),
                    Contains("conv9"));
}

TEST_CASE("early stop ends a run that no longer improves") {
  TinyRun run(2, 100);
  run.options.early_stop = 2;
  run.options.optimizer = fovea::SgdOptions{.lr = 0};
  fovea::Trainer trainer(run.net, run.ctx, *run.train, run.val.get(), run.options);
  Recording seen;
  CHECK(trainer.run(seen));
  CHECK(seen.epochs.size() == 3);  // the first is the best, two bring nothing
}

TEST_CASE("one batch can be learned by heart") {
  TinyRun run(2, 30);
  run.options.overfit_batch = true;
  fovea::Trainer trainer(run.net, run.ctx, *run.train, nullptr, run.options);
  Recording seen;
  trainer.run(seen);
  CHECK(seen.steps.back().loss < 0.1f * seen.steps.front().loss);
  CHECK(seen.steps[5].samples == 8);
}

TEST_CASE("one batch has other dropout masks in each step") {
  TinyRun run(2, 3);
  run.options.overfit_batch = true;
  std::get<fovea::SgdOptions>(run.options.optimizer).lr = 0;
  fovea::Trainer trainer(run.net, run.ctx, *run.train, nullptr, run.options);
  Recording seen;
  trainer.run(seen);
  CHECK(seen.steps[0].loss != seen.steps[1].loss);
  CHECK(seen.steps[1].loss != seen.steps[2].loss);
}
