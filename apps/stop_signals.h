// SPDX-License-Identifier: Apache-2.0
// Signals that end a run in good order: SIGINT, SIGTERM, and SIGHUP, which counts as SIGTERM.
#pragma once

namespace fovea::app {

// While one exists, the first such signal is only remembered; a second one ends the process at
// once. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // The exit code that the signal asks for: 130 or 143; 0 when none has come.
  int exit_code() const;
};

}  // namespace fovea::app
