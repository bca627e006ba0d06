// SPDX-License-Identifier: Apache-2.0
// A config made real: context, net, data and trainer, wired together.
#pragma once

#include <fovea/optim/fine_tuning.h>
#include <fovea/optim/run_config.h>
#include <fovea/optim/run_folder.h>

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
    std::vector<Device> others = {};    // more GPUs, which share each batch with it
    int threads = 0;                    // 0: all processors this process may use
  };

  // Opens the data and plans all memory. Throws ConfigError with every mistake of the config, or
  // when this machine cannot compute as it demands; DeviceError when there is no such device;
  // DataError when the data cannot be read.
  TrainingRun(RunConfig config, const Machine& machine);

  // Before run(): takes weights from a file, as take_weights() does, or a run's weights, momenta
  // and position. Throw DataError.
  TakenWeights take_weights(const std::string& path, std::span<const std::string> afresh = {});
  void resume(const RunFolder& folder);  // from its last checkpoint
  void resume_from(const std::string& checkpoint);

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
  Net net_;
  Context ctx_;
  DataSources data_;
  Trainer trainer_;
};

}  // namespace fovea
