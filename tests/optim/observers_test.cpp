// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/observers.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::EpochReport;
using fovea::ProgressReporter;
using fovea::StepReport;

namespace {

StepReport step_report(int64_t step, double waited) {
  StepReport report;
  report.step = report.batch = step;
  report.steps = 40;
  report.batches = 20;
  report.samples = 10;
  report.loss = 2;
  report.lr = 0.5f;
  report.epoch_so_far.samples = 10 * step;
  report.epoch_so_far.top1 = 5 * step;
  report.seconds_waited = waited;
  return report;
}

class Stopper final : public fovea::TrainObserver {
 public:
  bool stop = false;
  int steps = 0;
  void on_step(const StepReport&) override { steps++; }
  bool should_stop() override { return stop; }
};

}  // namespace

TEST_CASE("progress tells speed and waiting, and an epoch its sums") {
  std::string text;
  double now = 100;
  const auto clock = [&now] { return now; };
  fovea::ProgressDisplay display({.terminal = {},
                                  .write = [&](std::string_view t) { text += t; },
                                  .seconds = clock,
                                  .unix_time = [] { return int64_t{0}; }});
  fovea::SpeedMeter speed(clock);
  ProgressReporter reporter(display, speed, 2, 2);
  fovea::ObserverList observers({&speed, &reporter});
  now = 101;
  observers.on_step(step_report(1, 0.1));
  CHECK(text.empty());
  now = 102;
  observers.on_step(step_report(2, 0.5));
  CHECK(text ==
        "1970-01-01T00:00:00Z epoch=1 step=2 loss=2.0000 top1=0.5000 top5=0.0000 lr=0.5 img_s=10 "
        "data_wait=0.25 eta=0:38\n");
  now = 102.5;  // a new window has begun
  observers.on_step(step_report(4, 0.5));
  CHECK_THAT(text, Contains("step=4") && Contains("img_s=20 data_wait=0.00"));
  text.clear();
  now = 104;
  EpochReport epoch;
  epoch.train = step_report(4, 0).epoch_so_far;
  epoch.best = true;
  observers.on_epoch(epoch);
  CHECK(speed.last_epoch().speed.data_wait == 0.2);
  CHECK(text == "epoch 1/2  train loss 0.000 top1 50.0% top5 0.0%  (best)  |  4.0s  12 img/s\n");
}

TEST_CASE("an observer that cannot write is told of once, and does not end the run") {
  class Failing final : public fovea::TrainObserver {
    void on_step(const StepReport&) override { throw fovea::SystemError("events: disk full"); }
    void on_epoch(const EpochReport&) override { throw fovea::DataError("damaged"); }
  };
  std::string told;
  fovea::TolerantObserver observer(
      std::make_unique<Failing>(),
      fovea::Logger([&](fovea::LogLevel, std::string_view text) { told += text; }));
  observer.on_step({});
  observer.on_step({});
  CHECK(told == "events: disk full; training goes on");
  CHECK_THROWS_AS(observer.on_epoch({}), fovea::DataError);  // not a matter of writing
}

TEST_CASE("a list of observers tells all, and stops when one wants to") {
  Stopper a, b;
  fovea::ObserverList list({&a, &b});
  list.on_step({});
  CHECK(a.steps + b.steps == 2);
  CHECK_FALSE(list.should_stop());
  b.stop = true;
  CHECK(list.should_stop());
}
