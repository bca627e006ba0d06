// SPDX-License-Identifier: Apache-2.0
// What a person sees of a run: on a terminal one line, redrawn in place; elsewhere plain lines that
// grep and awk can read.
#pragma once

#include <fovea/core/terminal.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

struct Progress {
  int epoch = 0, epochs = 0;                // counted from 1
  int64_t epoch_step = 0, epoch_steps = 0;  // steps done in this epoch, and of all
  int64_t step = 0;                         // since the start of the run
  double images_per_second = 0;
  double loss = 0;
  std::optional<double> top1, top5;  // in [0, 1]
  double learning_rate = 0;
  double data_wait = 0;  // share of the time in which the device waited for input
  double seconds_left = 0;
};

// A task of many equal items.
struct TaskProgress {
  std::string what;             // is done: "prepare train"
  int64_t done = 0, total = 0;  // items
  double items_per_second = 0;
  double seconds_left = 0;
  std::string note;  // "3 skipped"; empty: nothing
};

struct EpochScore {
  double loss = 0;
  std::optional<double> top1, top5;
};

struct EpochSummary {
  int epoch = 0, epochs = 0;
  EpochScore train;
  std::optional<EpochScore> val;
  bool best = false;
  double seconds = 0;
  double images_per_second = 0;
};

// "epoch  3/90 ━━━╸──── 41%  4103/10009  1912 img/s  loss 4.813  top1 18.4%  ...  eta 7:41:10",
// never wider than the terminal: the bar shrinks first, then what matters least is left out.
std::string progress_line(const Progress&, const Terminal&);
// "prepare train ━━━╸──── 41%  526000/1281167  1912/s  3 skipped  eta 0:06:35"
std::string progress_line(const TaskProgress&, const Terminal&);
// "2026-11-25T03:40:11Z epoch=3 step=24121 loss=4.8131 top1=0.1840 lr=0.01 img_s=1912
// data_wait=0.02 eta=7:41:10"; `unix_time` in seconds.
std::string log_line(const Progress&, int64_t unix_time);
// "2026-11-25T03:40:11Z prepare train  526000/1281167  1912/s  3 skipped  eta 0:06:35"
std::string log_line(const TaskProgress&, int64_t unix_time);
// "epoch 3/90  train loss 4.790 top1 18.9%  |  val loss 4.312 top1 24.7%  (best)  |  9m31s  1755
// img/s"
std::string summary_line(const EpochSummary&);

// Writes to one stream, from one thread.
class ProgressDisplay {
 public:
  struct Options {
    Terminal terminal;
    std::function<void(std::string_view)> write;   // to the stream, at once
    std::function<void(std::string_view)> record;  // lines as for no terminal, for a file; or empty
    std::function<double()> seconds;     // a clock that never goes back; empty: the system's
    std::function<int64_t()> unix_time;  // empty: the system's
    double redraw_seconds = 0.1;
  };

  explicit ProgressDisplay(Options options);
  ~ProgressDisplay();  // leaves the cursor on an empty line
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  // After each step; redraw on a terminal, now and then.
  void update(const Progress& progress) { redraw(progress); }
  void update(const TaskProgress& progress) { redraw(progress); }
  // After each logged step; a line when there is no terminal.
  void log(const Progress& progress) { print_logged(progress); }
  void log(const TaskProgress& progress) { print_logged(progress); }
  void finish_task();  // removes the redrawn line
  void finish_epoch(const EpochSummary&);
  // Lines of their own, above the redrawn one; "?" in place of control characters.
  void message(std::string_view text);

 private:
  template <class AnyProgress>
  void redraw(const AnyProgress& progress);
  template <class AnyProgress>
  void print_logged(const AnyProgress& progress);
  void print_line(std::string_view line);
  void record_line(std::string_view line);

  Options options_;
  std::string shown_;  // the line on the terminal; empty: none
  double next_redraw_ = 0;
};

}  // namespace fovea
