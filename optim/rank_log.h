// SPDX-License-Identifier: Apache-2.0
// ranks.csv: what the first rank has sent in each epoch, and how long that took. Only of a run by
// several ranks.
#pragma once

#include <fovea/core/io/append_file.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

#include <optional>

namespace fovea::detail {

// Continues the file of a resumed run, as MetricsLog does; by one rank alone without further rows.
class RankLog final : public TrainObserver {
 public:
  // The trainer must outlive it.
  RankLog(const RunFolder& folder, const Trainer& trainer);

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_epoch(const EpochReport& report) override;

 private:
  const Trainer& trainer_;
  CommunicationTotals told_;  // until the epoch's begin
  std::optional<AppendFile> file_;
};

}  // namespace fovea::detail
