// SPDX-License-Identifier: Apache-2.0
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

Fields<CheckpointOptions> CheckpointOptions::fields() {
  return Fields<CheckpointOptions>("checkpoint", "What is saved while training")
      .field("every_steps", &CheckpointOptions::every_steps,
             "steps between two saves; 0: after each epoch only", at_least(0));
}

RunRecorder::RunRecorder(const RunFolder& folder, const Net& net, ModelInfo info,
                         std::string config, Trainer& trainer, const LogOptions& log,
                         const CheckpointOptions& checkpoint, const Logger& logger)
    : folder_(folder),
      net_(net),
      info_(std::move(info)),
      config_(std::move(config)),
      trainer_(trainer),
      checkpoint_(checkpoint) {
  using detail::HashLog, detail::MetricsLog;
  write_file_atomically(folder_.config(), format_json(config_) + "\n");
  const TrainPosition& position = trainer.position();
  metrics_ = tolerant(std::make_unique<MetricsLog>(folder_, position, log.every), logger);
  hashes_ = tolerant(std::make_unique<HashLog>(folder_, net, trainer, log.hashes), logger);
}

void RunRecorder::on_step(const StepReport& report) {
  metrics_->on_step(report);
  hashes_->on_step(report);
  const bool epoch_ends = report.batch == report.batches;  // on_epoch saves then
  if (checkpoint_.every_steps > 0 && report.step % checkpoint_.every_steps == 0 && !epoch_ends)
    save_last();
}

void RunRecorder::on_epoch(const EpochReport& report) {
  metrics_->on_epoch(report);
  if (report.best) save_checkpoint(folder_.best_checkpoint(), net_, info_, state());
  save_last();
}

void RunRecorder::save_last() { save_checkpoint(folder_.last_checkpoint(), net_, info_, state()); }

}  // namespace fovea
