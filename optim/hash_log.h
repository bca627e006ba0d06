// SPDX-License-Identifier: Apache-2.0
// hashes.jsonl: fingerprints of the state every N steps, for audits.
#pragma once

#include <fovea/core/io/append_file.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

namespace fovea::detail {

// Both must outlive it. Continues the file of a resumed run, as MetricsLog does. `every` 0: none.
class HashLog final : public TrainObserver {
 public:
  HashLog(const RunFolder& folder, const Net& net, Trainer& trainer, int64_t every);

  bool needs_state(int64_t step) override { return every_ > 0 && step % every_ == 0; }
  void on_step(const StepReport& report) override;

 private:
  const Net& net_;
  Trainer& trainer_;
  int64_t every_;
  AppendFile file_;
};

}  // namespace fovea::detail
