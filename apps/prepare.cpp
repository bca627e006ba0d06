// SPDX-License-Identifier: Apache-2.0
// fovea prepare
#include "commands.h"
#include "console.h"
#include "exit_code.h"
#include "prepare_text.h"
#include "stop_signals.h"

#include <fovea/core/error.h>
#include <fovea/core/progress.h>
#include <fovea/data/prepare.h>

#include <chrono>

namespace fovea::app {

namespace {

constexpr double kSecondsBetweenLines = 10;  // where there is no terminal

// Shows how far the work is, and asks whether to go on.
class PrepareConsole {
 public:
  explicit PrepareConsole(const char* work) : work_(work) {}

  PrepareCallback callback() {
    return [this](const PrepareStep& step) { return show(step); };
  }
  void say(const std::string& line) { display_.message(line); }
  void finish() { display_.finish_task(); }
  int stop_code() const { return signals_.exit_code(); }

 private:
  using Clock = std::chrono::steady_clock;

  bool show(const PrepareStep& step) {
    const double now = std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
    if (!begun_ || step.split != split_) {
      begun_ = true;
      split_ = step.split;
      first_ = step.done;
      start_ = now;
      next_line_ = now + kSecondsBetweenLines;
    }
    TaskProgress progress{
        .what = std::string(work_) + (step.split == Split::train ? " train" : " val"),
        .done = step.done,
        .total = step.total};
    if (now > start_)
      progress.items_per_second = static_cast<double>(step.done - first_) / (now - start_);
    if (progress.items_per_second > 0)
      progress.seconds_left =
          static_cast<double>(step.total - step.done) / progress.items_per_second;
    if (step.skipped > 0) progress.note = grouped(step.skipped) + " skipped";
    display_.update(progress);
    if (now >= next_line_ && step.done > first_) {
      display_.log(progress);
      next_line_ = now + kSecondsBetweenLines;
    }
    return signals_.exit_code() == 0;
  }

  const char* work_;
  StopSignals signals_;
  ProgressDisplay display_{{.terminal = Terminal::of(2), .write = log_text}};
  bool begun_ = false;
  Split split_ = Split::train;
  int64_t first_ = 0;  // that were done when the work on this split began
  double start_ = 0, next_line_ = 0;
};

PrepareOptions options_of(const PrepareArguments& a) {
  return {.source = a.source,
          .val = a.val,
          .target = a.target,
          .size = a.size,
          .gray = a.gray,
          .exif = a.exif ? Exif::apply : Exif::ignore,
          .encoding = PictureEncoding::parse(a.encode),
          .shard_bytes = parse_bytes(a.shard_size),
          .threads = a.threads,
          .force = a.force};
}

int check(const PrepareArguments& arguments) {
  PrepareConsole console("check");
  const CheckResult result = check_prepared(
      arguments.target, arguments.threads,
      [&](const std::string& line) { console.say(error_line(line)); }, console.callback());
  console.finish();
  if (!result.finished) return console.stop_code();
  print(arguments.json ? check_as_json(arguments.target, result)
                       : check_as_text(arguments.target, result));
  return result.found == 0 ? kDone : kBadData;
}

int prepare(const PrepareArguments& arguments) {
  PrepareConsole console("prepare");
  const PrepareResult result = fovea::prepare(options_of(arguments), console.callback());
  console.finish();
  if (!result.finished) {
    log_line("stopped; the same command goes on from here");
    return console.stop_code();
  }
  if (result.was_done) log_line(arguments.target + " holds this already; nothing was to be done");
  print(arguments.json ? prepared_as_json(arguments.target, result)
                       : prepared_as_text(arguments.target, result));
  return result.skipped() == 0 ? kDone : kBadData;
}

}  // namespace

int run(const PrepareArguments& given) {
  PrepareArguments arguments = given;
  const bool check_only = arguments.target.empty();
  if (check_only && !arguments.check)
    throw ConfigError("prepare: a folder to write to is wanted: fovea prepare SRC DST");
  if (check_only) arguments.target = arguments.source;
  const int prepared = check_only ? kDone : prepare(arguments);
  if (!arguments.check || (prepared != kDone && prepared != kBadData)) return prepared;
  const int checked = check(arguments);
  return checked == kDone ? prepared : checked;
}

}  // namespace fovea::app
