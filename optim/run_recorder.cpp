// SPDX-License-Identifier: Apache-2.0
#include "checkpoint_keeper.h"
#include "hash_log.h"
#include "metrics_log.h"

#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/observers.h>
#include <fovea/optim/run_recorder.h>

namespace fovea {

namespace {

std::unique_ptr<TrainObserver> tolerant(std::unique_ptr<TrainObserver> log, const Logger& logger) {
  return std::make_unique<TolerantObserver>(std::move(log), logger);
}

}  // namespace

Fields<LogOptions> LogOptions::fields() {
  return Fields<LogOptions>("log", "What is logged while training")
      .field("every", &LogOptions::every, "steps between two lines", at_least(1))
      .field("tensorboard", &LogOptions::tensorboard,
             "write TensorBoard events into the run's folder: scalars with each line")
      .field("histograms", &LogOptions::histograms,
             "steps between two histograms, in the events, of every parameter and its gradient; 0: "
             "none",
             at_least(0))
      .field("hashes", &LogOptions::hashes,
             "steps between two hashes of weights and momenta, for fovea audit; 0: none",
             at_least(0));
}

RunRecorder::RunRecorder(const RunFolder& folder, const Net& net, ModelInfo info,
                         std::string config, Trainer& trainer, const LogOptions& log,
                         const CheckpointOptions& checkpoint, const Logger& logger) {
  using detail::CheckpointKeeper, detail::HashLog, detail::MetricsLog;
  write_file_atomically(folder.config(), format_json(config) + "\n");
  checkpoints_ = std::make_unique<CheckpointKeeper>(folder, net, std::move(info), std::move(config),
                                                    trainer, checkpoint, logger);
  const TrainPosition& position = trainer.position();
  metrics_ = tolerant(std::make_unique<MetricsLog>(folder, position, log.every), logger);
  hashes_ = tolerant(std::make_unique<HashLog>(folder, net, trainer, log.hashes), logger);
}

RunRecorder::~RunRecorder() = default;
RunRecorder::RunRecorder(RunRecorder&&) noexcept = default;

bool RunRecorder::needs_state(int64_t step) {
  return hashes_->needs_state(step) || checkpoints_->needs_state(step);
}

void RunRecorder::on_step(const StepReport& report) {
  metrics_->on_step(report);
  hashes_->on_step(report);
  checkpoints_->on_step(report);
}

void RunRecorder::on_epoch(const EpochReport& report) {
  metrics_->on_epoch(report);
  checkpoints_->on_epoch(report);
}

void RunRecorder::save_now() { checkpoints_->save_now(); }
void RunRecorder::finish() { checkpoints_->finish(); }

}  // namespace fovea
