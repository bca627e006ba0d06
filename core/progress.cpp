// SPDX-License-Identifier: Apache-2.0
#include "printable.h"

#include <fovea/core/progress.h>

#include <algorithm>
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

template <class AnyProgress>
void ProgressDisplay::redraw(const AnyProgress& progress) {
  if (!options_.terminal.interactive) return;
  const double now = options_.seconds();
  if (now < next_redraw_) return;
  next_redraw_ = now + options_.redraw_seconds;
  shown_ = progress_line(progress, options_.terminal);
  options_.write(std::string(kEraseLine) + shown_);
}

template <class AnyProgress>
void ProgressDisplay::print_logged(const AnyProgress& progress) {
  const std::string line = log_line(progress, options_.unix_time());
  if (!options_.terminal.interactive) print_line(line);
  record_line(line);
}

template void ProgressDisplay::redraw(const Progress&);
template void ProgressDisplay::redraw(const TaskProgress&);
template void ProgressDisplay::print_logged(const Progress&);
template void ProgressDisplay::print_logged(const TaskProgress&);

void ProgressDisplay::finish_task() {
  if (!shown_.empty()) options_.write(kEraseLine);
  shown_.clear();
}

void ProgressDisplay::finish_epoch(const EpochSummary& summary) {
  shown_.clear();  // the summary takes its place
  if (options_.terminal.interactive) options_.write(kEraseLine);
  const std::string line = summary_line(summary);
  print_line(line);
  record_line(line);
}

void ProgressDisplay::message(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string line = detail::printable(text.substr(0, end));
    print_line(line);
    record_line(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void ProgressDisplay::record_line(std::string_view line) {
  if (options_.record) options_.record(std::string(line) + "\n");
}

// On a terminal the redrawn line moves down below the new one.
void ProgressDisplay::print_line(std::string_view line) {
  std::string text = shown_.empty() ? "" : std::string(kEraseLine);
  text.append(line).append("\n").append(shown_);
  options_.write(text);
}

}  // namespace fovea
