// SPDX-License-Identifier: Apache-2.0
// Saves a run's checkpoints: the last, the best, and those that stay.
#pragma once

#include <fovea/core/log.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/checkpoint_options.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

#include <cstdint>
#include <string>

namespace fovea::detail {

// While the run goes on, a save that the disk refuses is told to `logger`: the file stays as it
// was. Whatever is not finite is never saved: DivergedError.
class CheckpointKeeper final : public TrainObserver {
 public:
  // All but the options must outlive it; `config` is the JSON text of the whole config.
  CheckpointKeeper(const RunFolder& folder, const Net& net, ModelInfo info, std::string config,
                   Trainer& trainer, const CheckpointOptions& options, Logger logger);

  bool needs_state(int64_t step) override;
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;
  // Writes last.safetensors, as a signal demands: now, or after the step that is under way.
  void save_now();
  // The end of the run: what could not be saved is tried once more. Throws SystemError when
  // last.safetensors is not the run's end, or best.safetensors not the best.
  void finish();

 private:
  // Whether the file is written; a refusal is told.
  bool try_to_save(const std::string& path);
  void save(const std::string& path);
  void remove_old(int64_t epoch) const;
  bool last_is_here() const;
  void note_last();

  RunFolder folder_;
  const Net& net_;
  ModelInfo info_;
  std::string config_;
  Trainer& trainer_;
  CheckpointOptions options_;
  Logger logger_;
  bool wanted_ = false;  // a save, by save_now()
  // What last.safetensors holds: steps, and the samples of an epoch that has not been closed.
  int64_t saved_step_ = -1, saved_samples_ = -1;
  std::string best_trouble_;  // why best.safetensors is not the best; empty: it is
};

}  // namespace fovea::detail
