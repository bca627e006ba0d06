// SPDX-License-Identifier: Apache-2.0
// Signals to a run. SIGINT, SIGTERM and SIGHUP, which counts as SIGTERM, end it in good order;
// SIGUSR1 wants a checkpoint.
#pragma once

namespace fovea::app {

// While one exists, signals are only remembered; a second one that ends the run ends the process at
// once. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // The exit code that the signal asks for: 130 or 143; 0 when none has come.
  int exit_code() const;
  // Whether a SIGUSR1 has come since the last call.
  bool take_save_request();
};

}  // namespace fovea::app
