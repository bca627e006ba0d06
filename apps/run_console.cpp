// SPDX-License-Identifier: Apache-2.0
#include "run_console.h"

#include "console.h"

#include <fovea/core/error.h>

namespace fovea::app {

RunConsole::RunConsole(const RunFolder& folder)
    : log_(folder.log()),
      display_({.terminal = Terminal::of(2),
                .write = log_text,
                .record = [this](std::string_view line) { record(line); }}) {}

void RunConsole::record(std::string_view text) {
  try {
    log_.append(text);
  } catch (const SystemError& error) {
    if (log_failed_) return;
    log_failed_ = true;
    say("warning: " + std::string(error.what()) + "; training goes on");
  }
}

Logger RunConsole::logger() {
  return Logger([this](LogLevel level, std::string_view message) {
    say(std::string(name_of(level)) + ": " + std::string(message));
  });
}

}  // namespace fovea::app
