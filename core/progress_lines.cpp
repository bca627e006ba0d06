// SPDX-License-Identifier: Apache-2.0
// The lines that tell of a run.
#include <fovea/core/number_text.h>
#include <fovea/core/progress.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace fovea {

namespace {

constexpr int kWidestBar = 24, kNarrowestBar = 8;

double share_done(int64_t done, int64_t total) {
  if (total <= 0) return 0;
  return std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
}

// `width` columns; the head of a Unicode bar is half a column long.
std::string bar(double share, int width, const Terminal& terminal) {
  const std::string_view full = terminal.unicode ? "━" : "=";
  const std::string_view head = terminal.unicode ? "╸" : ">";
  const std::string_view rest = terminal.unicode ? "─" : "-";
  const int filled = static_cast<int>(share * width);
  std::string text = terminal.color ? "\x1b[32m" : "";
  for (int i = 0; i < filled; i++) text += full;
  if (filled < width) text += head;
  if (terminal.color) text += "\x1b[0m";
  for (int i = filled + 1; i < width; i++) text += rest;
  return text;
}

// The parts behind the bar, and how early each is left out when the line is too long: 0 is last.
struct Part {
  std::string text;
  int rank;
};

std::string count_text(int64_t done, int64_t total) {
  return std::to_string(done) + "/" + std::to_string(total);
}

std::vector<Part> parts_of(const TaskProgress& progress) {
  std::vector<Part> parts{{count_text(progress.done, progress.total), 2},
                          {fixed_text(progress.items_per_second, 0) + "/s", 3}};
  if (!progress.note.empty()) parts.push_back({progress.note, 1});
  parts.push_back({"eta " + clock_text(progress.seconds_left), 0});
  return parts;
}

std::vector<Part> parts_of(const Progress& progress) {
  std::vector<Part> parts{{count_text(progress.epoch_step, progress.epoch_steps), 5},
                          {fixed_text(progress.images_per_second, 0) + " img/s", 2},
                          {"loss " + fixed_text(progress.loss, 3), 0}};
  if (progress.top1) parts.push_back({"top1 " + percent_text(*progress.top1, 1), 1});
  if (progress.top5) parts.push_back({"top5 " + percent_text(*progress.top5, 1), 6});
  parts.push_back({"lr " + rounded_text(progress.learning_rate), 7});
  parts.push_back({"data " + percent_text(progress.data_wait, 0), 4});
  parts.push_back({"eta " + clock_text(progress.seconds_left), 3});
  return parts;
}

int width_of(const std::vector<Part>& parts) {
  size_t width = 0;
  for (const Part& part : parts) width += 2 + part.text.size();
  return static_cast<int>(width);
}

std::string padded(const std::string& text, size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string score(const EpochScore& score) {
  std::string text = "loss " + fixed_text(score.loss, 3);
  if (score.top1) text += " top1 " + percent_text(*score.top1, 1);
  if (score.top5) text += " top5 " + percent_text(*score.top5, 1);
  return text;
}

// What does not fit the terminal is left out; the bar shrinks first.
std::string bar_line(const std::string& head, double share, std::vector<Part> parts,
                     const Terminal& terminal) {
  const std::string done = padded(percent_text(share, 0), 4);
  const int columns = terminal.width - 1;  // a full last column would wrap on some terminals
  const int fixed_width = static_cast<int>(head.size() + 1 + done.size());
  while (!parts.empty() && fixed_width + 1 + kNarrowestBar + width_of(parts) > columns) {
    parts.erase(std::max_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.rank < b.rank; }));
  }
  const int room = columns - fixed_width - 1 - width_of(parts);
  std::string line = head;
  if (room >= kNarrowestBar) line += " " + bar(share, std::min(room, kWidestBar), terminal);
  line += " " + done;
  for (const Part& part : parts) line += "  " + part.text;
  const bool plain = room < kNarrowestBar;  // then a byte is a column
  return plain ? line.substr(0, static_cast<size_t>(std::max(columns, 0))) : line;
}

}  // namespace

std::string progress_line(const Progress& progress, const Terminal& terminal) {
  const std::string epochs = std::to_string(progress.epochs);
  const std::string head =
      "epoch " + padded(std::to_string(progress.epoch), epochs.size()) + "/" + epochs;
  return bar_line(head, share_done(progress.epoch_step, progress.epoch_steps), parts_of(progress),
                  terminal);
}

std::string progress_line(const TaskProgress& progress, const Terminal& terminal) {
  return bar_line(progress.what, share_done(progress.done, progress.total), parts_of(progress),
                  terminal);
}

std::string log_line(const TaskProgress& progress, int64_t unix_time) {
  std::string line = utc_text(unix_time) + " " + progress.what;
  for (const Part& part : parts_of(progress)) line += "  " + part.text;
  return line;
}

std::string log_line(const Progress& progress, int64_t unix_time) {
  std::string line = utc_text(unix_time) + " epoch=" + std::to_string(progress.epoch) +
                     " step=" + std::to_string(progress.step) +
                     " loss=" + fixed_text(progress.loss, 4);
  if (progress.top1) line += " top1=" + fixed_text(*progress.top1, 4);
  if (progress.top5) line += " top5=" + fixed_text(*progress.top5, 4);
  return line + " lr=" + rounded_text(progress.learning_rate) +
         " img_s=" + fixed_text(progress.images_per_second, 0) +
         " data_wait=" + fixed_text(progress.data_wait, 2) +
         " eta=" + clock_text(progress.seconds_left);
}

std::string summary_line(const EpochSummary& summary) {
  std::string line = "epoch " + std::to_string(summary.epoch) + "/" +
                     std::to_string(summary.epochs) + "  train " + score(summary.train);
  if (summary.val) line += "  |  val " + score(*summary.val);
  if (summary.best) line += "  (best)";
  return line + "  |  " + duration_text(summary.seconds) + "  " +
         fixed_text(summary.images_per_second, 0) + " img/s";
}

}  // namespace fovea
