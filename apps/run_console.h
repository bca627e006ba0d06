// SPDX-License-Identifier: Apache-2.0
// What a training run says: on standard error, and as plain lines in its train.log.
#pragma once

#include <fovea/core/io/append_file.h>
#include <fovea/core/log.h>
#include <fovea/core/progress.h>
#include <fovea/optim/run_folder.h>

#include <string_view>

namespace fovea::app {

class RunConsole {
 public:
  explicit RunConsole(const RunFolder& folder);
  RunConsole(const RunConsole&) = delete;
  RunConsole& operator=(const RunConsole&) = delete;

  ProgressDisplay& display() { return display_; }
  void say(std::string_view text) { display_.message(text); }
  // Into train.log only. A log that cannot be written is told of once, and stops nothing.
  void record(std::string_view text);
  // Says warnings and errors; must not outlive this.
  Logger logger();

 private:
  AppendFile log_;
  bool log_failed_ = false;
  ProgressDisplay display_;
};

}  // namespace fovea::app
