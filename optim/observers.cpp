// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/observers.h>

#include <algorithm>
#include <string>

namespace fovea {

namespace {

constexpr double kWindowSeconds = 2;  // the shortest over which speed is measured

double per_second(int64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

EpochScore score_of(const Metrics& metrics) {
  return {metrics.loss(), metrics.top1_share(), metrics.top5_share()};
}

}  // namespace

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

ProgressReporter::ProgressReporter(ProgressDisplay& display, int64_t log_every, int64_t epochs,
                                   std::function<double()> seconds)
    : display_(display), log_every_(log_every), epochs_(epochs), seconds_(std::move(seconds)) {
  run_begin_ = epoch_begin_ = last_step_end_ = window_.begin = seconds_();
}

Progress ProgressReporter::progress_of(const StepReport& report, double now) const {
  Progress progress;
  progress.epoch = static_cast<int>(report.epoch) + 1;
  progress.epochs = static_cast<int>(epochs_);
  progress.epoch_step = report.batch;
  progress.epoch_steps = report.batches;
  progress.step = report.step;
  progress.images_per_second = per_second(window_.images, now - window_.begin);
  progress.loss = report.loss;
  progress.top1 = report.epoch_so_far.top1_share();
  progress.top5 = report.epoch_so_far.top5_share();
  progress.learning_rate = report.lr;
  const double waited = report.seconds_waited - window_.waited;
  progress.data_wait = now > window_.begin ? std::min(1.0, waited / (now - window_.begin)) : 0;
  progress.seconds_left = (now - run_begin_) / static_cast<double>(steps_seen_) *
                          static_cast<double>(report.steps - report.step);
  return progress;
}

void ProgressReporter::on_step(const StepReport& report) {
  const double now = seconds_();
  steps_seen_++;
  window_.images += report.samples;
  epoch_images_ += report.samples;
  last_step_end_ = now;
  waited_ = report.seconds_waited;
  const Progress progress = progress_of(report, now);
  display_.update(progress);
  if (report.step == report.steps || report.step % log_every_ == 0) display_.log(progress);
  if (now - window_.begin >= kWindowSeconds) window_ = {now, waited_, 0};
}

void ProgressReporter::on_epoch(const EpochReport& report) {
  const double now = seconds_();
  EpochSummary summary;
  summary.epoch = static_cast<int>(report.epoch) + 1;
  summary.epochs = static_cast<int>(epochs_);
  summary.train = score_of(report.train);
  if (report.val) summary.val = score_of(*report.val);
  summary.best = report.best;
  summary.seconds = now - epoch_begin_;
  summary.images_per_second = per_second(epoch_images_, last_step_end_ - epoch_begin_);
  display_.finish_epoch(summary);
  epoch_images_ = 0;
  epoch_begin_ = now;
  window_ = {now, waited_, 0};
}

}  // namespace fovea
