// SPDX-License-Identifier: Apache-2.0
// speed.csv: how long each epoch took. Apart from metrics.jsonl and results.csv, which are the same
// on every machine.
#pragma once

#include <fovea/core/io/append_file.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/speed_meter.h>

namespace fovea::detail {

// Continues the file of a resumed run, as MetricsLog does.
class SpeedLog final : public TrainObserver {
 public:
  // `speed` hears of each report before, and must outlive it.
  SpeedLog(const RunFolder& folder, const TrainPosition& position, const SpeedMeter& speed);

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_epoch(const EpochReport& report) override;

 private:
  const SpeedMeter& speed_;
  AppendFile file_;
};

}  // namespace fovea::detail
