// SPDX-License-Identifier: Apache-2.0
// What was computed, for people and scripts: metrics.jsonl, a line for each logged step, and
// results.csv, a line for each epoch. No time is in them, so two runs of one config have the same.
#pragma once

#include <fovea/core/io/append_file.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

#include <functional>

namespace fovea::detail {

// Continues the files of a run that is resumed at `position`: lines past it are dropped.
class MetricsLog final : public TrainObserver {
 public:
  MetricsLog(const RunFolder& folder, const TrainPosition& position, int64_t every);

  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

 private:
  int64_t every_;
  AppendFile metrics_, results_;
};

// Keeps the first lines of a file for which `keep` holds; a torn last line goes too.
void keep_lines(const std::string& path, const std::function<bool(const std::string&)>& keep);
// The number after `key` in a line that we wrote; -1 when it is not there.
int64_t number_after(const std::string& line, const std::string& key);

}  // namespace fovea::detail
