// SPDX-License-Identifier: Apache-2.0
// A config made real: context, net, data and trainer, wired together.
#pragma once

#include <fovea/optim/fine_tuning.h>
#include <fovea/optim/run_config.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/team.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

class TrainingRun {
 public:
  struct Machine {
    std::optional<Device> device = {};  // none: the config's train.device
    // Who shares each batch: GPUs beside `device`, the CPU again and again, or, by its
    // communicator, which must outlive the run, other processes that each have a run.
    Team team = {};
    int threads = 0;  // of all ranks of this process together; 0: all processors it may use
  };

  // Opens the data and plans all memory. Throws ConfigError with every mistake of the config, or
  // when this machine cannot compute as it demands, or another process has another config or other
  // data; DeviceError when there is no such device; DataError when the data cannot be read.
  TrainingRun(RunConfig config, const Machine& machine);

  // Before run(): takes weights from a file, as take_weights() does, or a run's weights, momenta
  // and position. Throw DataError.
  TakenWeights take_weights(const std::string& path, std::span<const std::string> afresh = {});
  void resume(const RunFolder& folder);  // from its last checkpoint
  void resume_from(const std::string& checkpoint);

  // Trains, as Trainer::run(). Of several processes all must call it from the same weights and
  // position: ConfigError else.
  bool train(TrainObserver& observer);
  // How this process's part ends for all: the largest of the processes' exit codes.
  int agree_on_exit_code(int mine);

  // Writes the run into `folder`; the run must outlive it. `logger` hears of what cannot be
  // written.
  RunRecorder recorder(const RunFolder& folder, const Logger& logger = {});

  const RunOptions& options() const { return config_.options; }
  // Those of the data, as they were opened: pictures have the net's channels.
  DataOptions data_options() const;
  std::string resolved_config() const { return config_.resolved(); }  // as strict JSON
  Net& net() { return net_; }
  const Net& net() const { return net_; }
  Context& context() { return ctx_; }
  const Context& context() const { return ctx_; }
  const BatchSource& training_data() const { return *data_.train; }
  BatchSource* validation_data() { return data_.val.get(); }  // null when there is none
  const BatchSource* validation_data() const { return data_.val.get(); }
  Trainer& trainer() { return trainer_; }
  const Trainer& trainer() const { return trainer_; }

 private:
  RunConfig config_;
  Communicator* processes_;  // null: one process
  Net net_;
  Context ctx_;
  DataSources data_;
  Trainer trainer_;
};

}  // namespace fovea
