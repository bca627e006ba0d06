// SPDX-License-Identifier: Apache-2.0
// What `fovea train` says before and after a run.
#pragma once

#include <fovea/optim/training_run.h>

#include <optional>
#include <string>
#include <vector>

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
// What there is to say about its data so far.
std::vector<std::string> notes_on_data(const TrainingRun& run);
// `place`: where it is kept. `notes`: notes_on_data.
std::string describe_start(const TrainingRun& run, const std::vector<std::string>& notes,
                           const std::string& place);
std::string describe_stop(TrainingRun& run, const RunFolder& folder, int exit_code);
std::string result_as_text(TrainingRun& run, const RunFolder& folder, const ResultKeeper& result);
std::string result_as_json(TrainingRun& run, const RunFolder& folder, const ResultKeeper& result);

}  // namespace fovea::app
