// SPDX-License-Identifier: Apache-2.0
// The run as TensorBoard shows it. docs/run-folder.md lists the tags.
#pragma once

#include <fovea/core/io/tensorboard.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/run_recorder.h>
#include <fovea/optim/speed_meter.h>

#include <optional>
#include <string>

namespace fovea::detail {

// An event file that is made when there is something to write: making it may fail too.
class EventFile {
 public:
  // A run that goes on from `step`.
  EventFile(std::string folder, int64_t step) : folder_(std::move(folder)), step_(step) {}

  EventWriter& writer() {
    if (!writer_) writer_.emplace(folder_, step_);
    return *writer_;
  }

 private:
  std::string folder_;
  int64_t step_;
  std::optional<EventWriter> writer_;
};

// Training goes to train/, validation to val/, under the same tags: TensorBoard overlays them.
class TensorBoardLog final : public TrainObserver {
 public:
  // A run at `step`, with its config as JSON. `speed` hears of each report before. All must outlive
  // it.
  TensorBoardLog(const RunFolder& folder, Net& net, std::string config, int64_t step,
                 const SpeedMeter& speed, const LogOptions& options);

  bool needs_state(int64_t step) override {
    return options_.histograms > 0 && step % options_.histograms == 0;
  }
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

 private:
  void write_config(int64_t step);
  void write_scalars(const StepReport& report);
  void write_histograms(int64_t step);
  void write_filters(int64_t step);

  Net& net_;
  std::string config_;  // emptied when it is written
  const SpeedMeter& speed_;
  LogOptions options_;
  EventFile train_, val_;
};

}  // namespace fovea::detail
