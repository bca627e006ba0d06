// SPDX-License-Identifier: Apache-2.0
// What `fovea train` says before and after a run.
#pragma once

#include <fovea/optim/training_run.h>

#include <optional>
#include <string>

namespace fovea::app {

// Remembers what is told at the end.
struct ResultKeeper final : TrainObserver {
  std::optional<EpochReport> last, best;
  bool finished = false;

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_epoch(const EpochReport& report) override {
    last = report;
    if (report.best) best = report;
  }
};

std::string describe_weights(const std::string& path, const TakenWeights& weights);
// `place`: where it is kept.
std::string describe_start(const TrainingRun& run, const std::string& place);
std::string describe_stop(TrainingRun& run, const RunFolder& folder, int exit_code);
std::string result_as_text(TrainingRun& run, const RunFolder& folder, const ResultKeeper& result);
std::string result_as_json(TrainingRun& run, const RunFolder& folder, const ResultKeeper& result);

}  // namespace fovea::app
