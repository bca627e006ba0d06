// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/observers.h>

#include <algorithm>
#include <string>

namespace fovea {

namespace {

EpochScore score_of(const Metrics& metrics) {
  return {metrics.loss(), metrics.top1_share(), metrics.top5_share()};
}

}  // namespace

bool ObserverList::needs_state(int64_t step) {
  bool needed = false;
  for (TrainObserver* observer : observers_) needed |= observer->needs_state(step);
  return needed;
}

void ObserverList::on_step(const StepReport& report) {
  for (TrainObserver* observer : observers_) observer->on_step(report);
}

void ObserverList::on_epoch(const EpochReport& report) {
  for (TrainObserver* observer : observers_) observer->on_epoch(report);
}

bool ObserverList::should_stop() {
  return std::any_of(observers_.begin(), observers_.end(),
                     [](TrainObserver* observer) { return observer->should_stop(); });
}

void TolerantObserver::on_step(const StepReport& report) {
  try {
    observer_->on_step(report);
  } catch (const SystemError& error) {
    warn(error.what());
  }
}

void TolerantObserver::on_epoch(const EpochReport& report) {
  try {
    observer_->on_epoch(report);
  } catch (const SystemError& error) {
    warn(error.what());
  }
}

void TolerantObserver::warn(const char* what) {
  if (!warned_) logger_.warning(std::string(what) + "; training goes on");
  warned_ = true;
}

Progress ProgressReporter::progress_of(const StepReport& report) const {
  Progress progress;
  progress.epoch = static_cast<int>(report.epoch) + 1;
  progress.epochs = static_cast<int>(epochs_);
  progress.epoch_step = report.batch;
  progress.epoch_steps = report.batches;
  progress.step = report.step;
  progress.images_per_second = speed_.recent().images_per_second;
  progress.loss = report.loss;
  progress.top1 = report.epoch_so_far.top1_share();
  progress.top5 = report.epoch_so_far.top5_share();
  progress.learning_rate = report.lr;
  progress.data_wait = speed_.recent().data_wait;
  progress.seconds_left = speed_.seconds_left();
  return progress;
}

void ProgressReporter::on_step(const StepReport& report) {
  const Progress progress = progress_of(report);
  display_.update(progress);
  if (report.step == report.steps || report.step % log_every_ == 0) display_.log(progress);
}

void ProgressReporter::on_epoch(const EpochReport& report) {
  EpochSummary summary;
  summary.epoch = static_cast<int>(report.epoch) + 1;
  summary.epochs = static_cast<int>(epochs_);
  summary.train = score_of(report.train);
  if (report.val) summary.val = score_of(*report.val);
  summary.best = report.best;
  summary.seconds = speed_.last_epoch().seconds;
  summary.images_per_second = speed_.last_epoch().speed.images_per_second;
  display_.finish_epoch(summary);
}

}  // namespace fovea
