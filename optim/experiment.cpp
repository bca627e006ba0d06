// SPDX-License-Identifier: Apache-2.0
#include "experiment_nets.h"

#include <fovea/core/number_text.h>
#include <fovea/data/data_options.h>
#include <fovea/optim/experiment.h>

namespace fovea {

namespace {

constexpr int64_t kWindow = 20;  // steps that an error is taken over

// Writes the training error of each window, and stops when it is low enough.
class ErrorWatch final : public TrainObserver {
 public:
  ErrorWatch(const ExperimentOptions& options, bool race, Trial& trial)
      : options_(options), race_(race), trial_(trial) {}

  bool needs_state(int64_t /*step*/) override { return false; }

  void on_step(const StepReport& report) override {
    if (report.epoch != epoch_) {  // the sums begin anew
      epoch_ = report.epoch;
      right_before_ = samples_before_ = 0;
    }
    const Metrics& sums = report.epoch_so_far;
    right_ += sums.top1 - right_before_;
    samples_ += sums.samples - samples_before_;
    right_before_ = sums.top1;
    samples_before_ = sums.samples;
    if (report.step % kWindow == 0) close_window(report);
  }
  void on_epoch(const EpochReport& report) override {
    if (report.val) trial_.val = report.val;
    right_before_ = samples_before_ = 0;
  }
  bool should_stop() override {
    return trial_.epochs_to_target.has_value() || (options_.stop && options_.stop());
  }

 private:
  void close_window(const StepReport& report) {
    const double error = 1 - static_cast<double>(right_) / static_cast<double>(samples_);
    const double epochs = static_cast<double>(report.step) / static_cast<double>(report.batches);
    trial_.training_error.push_back({epochs, error});
    if (race_ && error <= options_.target) trial_.epochs_to_target = epochs;
    right_ = samples_ = 0;
  }

  const ExperimentOptions& options_;
  bool race_;
  Trial& trial_;
  int64_t epoch_ = -1, right_before_ = 0, samples_before_ = 0, right_ = 0, samples_ = 0;
};

class Runner {
 public:
  explicit Runner(const ExperimentOptions& options) : options_(options) {
    const auto data = make_dataset(DataPath{.path = options.train}, Split::train);
    picture_ = data->image();
    result_.data = options.train;
    result_.samples = data->size();
    result_.epochs = options.epochs;
    result_.target = options.target;
  }

  const Shape& picture() const { return picture_; }
  bool stopped() const { return options_.stop && options_.stop(); }

  void run(Trial trial, RunConfig config, bool race) {
    if (stopped()) return;
    TrainingRun run(std::move(config), options_.machine);
    ErrorWatch watch(options_, race, trial);
    try {
      run.trainer().run(watch);
    } catch (const DivergedError&) {  // too high a rate; no target, and no result
      trial.val.reset();
    }
    if (options_.tell) options_.tell(line_of(trial, race));
    result_.trials.push_back(std::move(trial));
  }

  Experiment take() {
    result_.finished = !stopped();
    return std::move(result_);
  }

 private:
  std::string line_of(const Trial& trial, bool race) const {
    std::string text = trial.variant;
    if (race) {
      text += ", lr " + rounded_text(trial.lr) + ": ";
      return text + (trial.epochs_to_target ? percent_text(options_.target, 0) + " after " +
                                                  fixed_text(*trial.epochs_to_target, 2) + " epochs"
                                            : percent_text(options_.target, 0) + " not reached");
    }
    text += ", seed " + std::to_string(trial.seed) + ": ";
    return text + (trial.val ? percent_text(1 - trial.val->top1_share(), 2) + " errors"
                             : std::string("no result"));
  }

  const ExperimentOptions& options_;
  Shape picture_;
  Experiment result_;
};

}  // namespace

Experiment race_activations(const ExperimentOptions& options) {
  Runner runner(options);
  for (const bool tanh : {false, true}) {
    for (const double lr : {0.002, 0.005, 0.01, 0.02, 0.05}) {
      Trial trial{.variant = tanh ? "tanh" : "ReLU", .lr = lr};
      runner.run(trial, race_config(options, runner.picture(), tanh, lr), true);
    }
  }
  return runner.take();
}

Experiment ablate(const ExperimentOptions& options) {
  Runner runner(options);
  const std::pair<const char*, NetParts> variants[] = {
      {"whole", {}},
      {"without normalisation", {.normalisation = false}},
      {"pooling without overlap", {.overlap = false}},
      {"without dropout", {.dropout = false}},
      {"one column of half the filters", {.columns = 1}}};
  for (const auto& [name, parts] : variants) {
    for (int seed = 1; seed <= options.seeds; seed++) {
      const auto s = static_cast<uint64_t>(seed);
      runner.run({.variant = name, .lr = 0.01, .seed = s},
                 ablation_config(options, runner.picture(), parts, s), false);
    }
  }
  return runner.take();
}

}  // namespace fovea
