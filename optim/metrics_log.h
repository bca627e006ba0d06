// SPDX-License-Identifier: Apache-2.0
// What was computed, for people and scripts: metrics.jsonl, a line for each logged step, and
// results.csv, a line for each epoch. No time is in them, so two runs of one config have the same.
#pragma once

#include <fovea/core/io/append_file.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

#include <string>

namespace fovea::detail {

// Continues the files of a run that is resumed at `position`: lines past it are dropped.
class MetricsLog final : public TrainObserver {
 public:
  MetricsLog(const RunFolder& folder, const TrainPosition& position, int64_t every);

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

 private:
  int64_t every_;
  AppendFile metrics_, results_;
};

// Make the file of a new run, or drop what a resumed run has in it past its position and what was
// torn; give the path. Lines of JSON hold "step"; rows of CSV begin with the epoch, from 1.
std::string begin_json_lines(const std::string& path, const TrainPosition& position);
std::string begin_csv(const std::string& path, const std::string& heading,
                      const TrainPosition& position);

}  // namespace fovea::detail
