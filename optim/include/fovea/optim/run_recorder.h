// SPDX-License-Identifier: Apache-2.0
// Writes what happens in a run into its folder.
#pragma once

#include <fovea/core/log.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/checkpoint_options.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

#include <memory>
#include <string>

namespace fovea::detail {
class CheckpointKeeper;
}

namespace FOVEA_API fovea {

struct LogOptions {
  int64_t every = 20;         // steps between two lines
  bool tensorboard = true;    // write TensorBoard events
  int64_t histograms = 1000;  // steps between two histograms of all weights and gradients; 0: none
  int64_t hashes = 0;  // steps between two hashes of weights and momenta, for audits; 0: none

  static Fields<LogOptions> fields();
};

class RunRecorder final : public TrainObserver {
 public:
  // All must outlive the recorder. Continues the files of a resumed run: lines past the trainer's
  // position are dropped. Throws SystemError when a file cannot be made; a line that cannot be
  // written later on is told to `logger`, and so is a checkpoint.
  RunRecorder(const RunFolder& folder, const Net& net, ModelInfo info, std::string config,
              Trainer& trainer, const LogOptions& log, const CheckpointOptions& checkpoint,
              const Logger& logger = {});
  ~RunRecorder() override;
  RunRecorder(RunRecorder&&) noexcept;

  bool needs_state(int64_t step) override;
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;
  // Saves last.safetensors at the trainer's position: now, or, when a step is under way, after it.
  void save_now();
  // The end of the run, wherever it stands: last.safetensors is saved unless it is there. Throws
  // SystemError when it, or the best checkpoint, could not be saved.
  void finish();

 private:
  std::unique_ptr<detail::CheckpointKeeper> checkpoints_;
  std::unique_ptr<TrainObserver> metrics_, hashes_;
};

}  // namespace fovea
