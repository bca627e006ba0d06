// SPDX-License-Identifier: Apache-2.0
#include "train_observers.h"

#include <algorithm>

namespace fovea::app {

bool SignalObserver::should_stop() {
  if (signals_.take_save_request() && recorder_) recorder_->save_now();
  return signals_.exit_code() != 0;
}

NoteObserver::NoteObserver(const TrainingRun& run, Logger logger)
    : run_(run), logger_(std::move(logger)), told_(notes()) {}

void NoteObserver::tell() {
  const std::vector<std::string> now = notes();
  for (const std::string& note : now) {
    if (std::ranges::find(told_, note) == told_.end()) logger_.warning(note);
  }
  told_ = now;
}

std::vector<std::string> NoteObserver::notes() const {
  std::vector<std::string> notes = run_.training_data().notes();
  if (run_.validation_data() == nullptr) return notes;
  for (std::string& note : run_.validation_data()->notes()) notes.push_back(std::move(note));
  return notes;
}

}  // namespace fovea::app
