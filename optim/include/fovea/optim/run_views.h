// SPDX-License-Identifier: Apache-2.0
// The files of a run's folder by which a person follows it; the run does not need them.
#pragma once

#include <fovea/core/log.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/speed_meter.h>
#include <fovea/optim/training_run.h>

#include <memory>

namespace FOVEA_API fovea {

// Writes speed.csv, TensorBoard events (unless log.tensorboard is false), curves.svg and conv1.png
// of a run that begins, or goes on, at its position. What cannot be written, on a full disk for
// instance, is told to `logger` once, and the run goes on. An observer to come after the run's
// RunRecorder, whose logs the curves show, and after `speed`; all must outlive it.
std::unique_ptr<TrainObserver> make_run_views(TrainingRun& run, const RunFolder& folder,
                                              const SpeedMeter& speed, const Logger& logger);

}  // namespace fovea
