// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/progress.h>

#include <chrono>
#include <utility>

namespace fovea {

namespace {

template <class Clock>
double seconds_of() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

int64_t system_time() { return static_cast<int64_t>(seconds_of<std::chrono::system_clock>()); }

constexpr std::string_view kEraseLine = "\r\x1b[K";

}  // namespace

ProgressDisplay::ProgressDisplay(Options options) : options_(std::move(options)) {
  if (!options_.seconds) options_.seconds = seconds_of<std::chrono::steady_clock>;
  if (!options_.unix_time) options_.unix_time = system_time;
  next_redraw_ = options_.seconds();
}

ProgressDisplay::~ProgressDisplay() {
  if (shown_.empty()) return;
  try {
    options_.write("\n");
  } catch (...) {  // the stream is gone; there is nobody to tell
  }
}

void ProgressDisplay::update(const Progress& progress) {
  if (!options_.terminal.interactive) return;
  const double now = options_.seconds();
  if (now < next_redraw_) return;
  next_redraw_ = now + options_.redraw_seconds;
  shown_ = progress_line(progress, options_.terminal);
  options_.write(std::string(kEraseLine) + shown_);
}

void ProgressDisplay::log(const Progress& progress) {
  if (!options_.terminal.interactive) print_line(log_line(progress, options_.unix_time()));
}

void ProgressDisplay::finish_epoch(const EpochSummary& summary) {
  shown_.clear();  // the summary takes its place
  if (options_.terminal.interactive) options_.write(kEraseLine);
  print_line(summary_line(summary));
}

void ProgressDisplay::message(std::string_view line) { print_line(line); }

// On a terminal the redrawn line moves down below the new one.
void ProgressDisplay::print_line(std::string_view line) {
  std::string text = shown_.empty() ? "" : std::string(kEraseLine);
  text.append(line).append("\n").append(shown_);
  options_.write(text);
}

}  // namespace fovea
