// SPDX-License-Identifier: Apache-2.0
#include "train_observers.h"

#include "train_report.h"

#include <algorithm>
#include <utility>

namespace fovea::app {

bool SignalObserver::should_stop() {
  if (signals_.take_save_request() && recorder_) recorder_->save_now();
  return signals_.exit_code() != 0;
}

NoteObserver::NoteObserver(const TrainingRun& run, Logger logger, std::vector<std::string> told)
    : run_(run), logger_(std::move(logger)), told_(std::move(told)) {}

void NoteObserver::tell() {
  std::vector<std::string> now = notes_on_data(run_);
  for (const std::string& note : now) {
    if (std::ranges::find(told_, note) == told_.end()) logger_.warning(note);
  }
  told_ = std::move(now);
}

}  // namespace fovea::app
