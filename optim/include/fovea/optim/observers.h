// SPDX-License-Identifier: Apache-2.0
// Observers of a training run: several at once, one that may fail, one that shows progress.
#pragma once

#include <fovea/core/log.h>
#include <fovea/core/progress.h>
#include <fovea/optim/trainer.h>

#include <functional>
#include <memory>
#include <vector>

namespace FOVEA_API fovea {

// Passes every report on, in order; stops when any of them wants to.
class ObserverList final : public TrainObserver {
 public:
  explicit ObserverList(std::vector<TrainObserver*> observers) : observers_(std::move(observers)) {}

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

  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;
  bool should_stop() override { return observer_->should_stop(); }

 private:
  void warn(const char* what);

  std::unique_ptr<TrainObserver> observer_;
  Logger logger_;
  bool warned_ = false;
};

// Turns reports into progress: speed, share of time that went into waiting for data, time left.
class ProgressReporter final : public TrainObserver {
 public:
  // `log_every` steps a line, where there is no terminal; `epochs` of the whole run. `seconds` is a
  // clock that never goes back.
  ProgressReporter(ProgressDisplay& display, int64_t log_every, int64_t epochs,
                   std::function<double()> seconds);

  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

 private:
  // A stretch of time over which speed is measured.
  struct Window {
    double begin = 0, waited = 0;
    int64_t images = 0;
  };

  Progress progress_of(const StepReport& report, double now) const;

  ProgressDisplay& display_;
  int64_t log_every_, epochs_;
  std::function<double()> seconds_;
  Window window_;
  double run_begin_, epoch_begin_, last_step_end_, waited_ = 0;
  int64_t steps_seen_ = 0, epoch_images_ = 0;
};

}  // namespace fovea
