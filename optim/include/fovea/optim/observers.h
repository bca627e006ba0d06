// SPDX-License-Identifier: Apache-2.0
// Observers of a training run: several at once, one that may fail, one that shows progress.
#pragma once

#include <fovea/core/log.h>
#include <fovea/core/progress.h>
#include <fovea/optim/speed_meter.h>
#include <fovea/optim/trainer.h>

#include <memory>
#include <vector>

namespace FOVEA_API fovea {

// Passes every report on, in order; stops when any of them wants to.
class ObserverList final : public TrainObserver {
 public:
  explicit ObserverList(std::vector<TrainObserver*> observers) : observers_(std::move(observers)) {}

  bool needs_state(int64_t step) override;
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;
  bool should_stop() override;

 private:
  std::vector<TrainObserver*> observers_;
};

// Lets the run go on when the observer cannot write: the first SystemError that it throws is told
// as a warning, later ones are not.
class TolerantObserver final : public TrainObserver {
 public:
  TolerantObserver(std::unique_ptr<TrainObserver> observer, Logger logger)
      : observer_(std::move(observer)), logger_(std::move(logger)) {}

  bool needs_state(int64_t step) override { return observer_->needs_state(step); }
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;
  bool should_stop() override { return observer_->should_stop(); }

 private:
  void warn(const char* what);

  std::unique_ptr<TrainObserver> observer_;
  Logger logger_;
  bool warned_ = false;
};

// Shows reports as progress.
class ProgressReporter final : public TrainObserver {
 public:
  // `speed` hears of each report before. `log_every` steps a line; `epochs` of the whole run. All
  // must outlive it.
  ProgressReporter(ProgressDisplay& display, const SpeedMeter& speed, int64_t log_every,
                   int64_t epochs)
      : display_(display), speed_(speed), log_every_(log_every), epochs_(epochs) {}

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

 private:
  Progress progress_of(const StepReport& report) const;

  ProgressDisplay& display_;
  const SpeedMeter& speed_;
  int64_t log_every_, epochs_;
};

}  // namespace fovea
