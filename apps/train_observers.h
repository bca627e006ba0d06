// SPDX-License-Identifier: Apache-2.0
// What the program adds to the watching of a run.
#pragma once

#include "stop_signals.h"

#include <fovea/core/log.h>
#include <fovea/optim/training_run.h>

#include <string>
#include <vector>

namespace fovea::app {

// Does what signals want: ends the run, or saves.
class SignalObserver final : public TrainObserver {
 public:
  // `recorder`: null where this process does not write.
  SignalObserver(StopSignals& signals, RunRecorder* recorder)
      : signals_(signals), recorder_(recorder) {}

  bool needs_state(int64_t /*step*/) override { return false; }  // the recorder does
  bool should_stop() override;

 private:
  StopSignals& signals_;
  RunRecorder* recorder_;
};

// Tells at the end of each epoch what has come up about the data (notes_on_data) and was not told
// yet: pictures that could not be read. Loaders read ahead, so that any note may come at any time.
class NoteObserver final : public TrainObserver {
 public:
  NoteObserver(const TrainingRun& run, Logger logger, std::vector<std::string> told);

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_epoch(const EpochReport& /*report*/) override { tell(); }
  void tell();

 private:
  const TrainingRun& run_;
  Logger logger_;
  std::vector<std::string> told_;
};

}  // namespace fovea::app
