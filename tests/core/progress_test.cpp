// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/progress.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <string>

using namespace fovea;

namespace {

Progress example() {
  Progress progress;
  progress.epoch = 3;
  progress.epochs = 90;
  progress.epoch_step = 4103;
  progress.epoch_steps = 10009;
  progress.step = 24121;
  progress.images_per_second = 1912;
  progress.loss = 4.8131;
  progress.top1 = 0.184;
  progress.top5 = 0.389;
  progress.learning_rate = 0.01;
  progress.data_wait = 0.02;
  progress.seconds_left = 7 * 3600 + 41 * 60 + 10;
  return progress;
}

size_t columns(const std::string& line) {
  return static_cast<size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool has_control_characters(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 && c != '\n'; });
}

struct Display {
  explicit Display(Terminal terminal)
      : display({.terminal = terminal,
                 .write = [this](std::string_view text) { output += text; },
                 .seconds = [this] { return now; },
                 .unix_time = [] { return int64_t{1764042011}; }}) {}

  double now = 100;
  std::string output;
  ProgressDisplay display;
};

}  // namespace

TEST_CASE("the progress line tells all of the run") {
  const Terminal terminal{.interactive = true, .unicode = true, .width = 140};
  CHECK(progress_line(example(), terminal) ==
        "epoch  3/90 ━━━━━━━━━╸──────────────  41%  4103/10009  1912 img/s  loss 4.813  "
        "top1 18.4%  top5 38.9%  lr 0.01  data 2%  eta 7:41:10");
}

TEST_CASE("the progress line fits each terminal") {
  for (int width = 1; width < 140; width++) {
    const Terminal terminal{.interactive = true, .unicode = true, .width = width};
    CHECK(columns(progress_line(example(), terminal)) < static_cast<size_t>(width));
  }
  const Terminal narrow{.interactive = true, .width = 60};
  CHECK(progress_line(example(), narrow) ==
        "epoch  3/90 =======>----------  41%  loss 4.813  top1 18.4%");
}

TEST_CASE("the progress of a task of many items") {
  const TaskProgress task{.what = "prepare train",
                          .done = 526000,
                          .total = 1281167,
                          .items_per_second = 1912,
                          .seconds_left = 395,
                          .note = "3 skipped"};
  CHECK(progress_line(task, {.interactive = true, .width = 100}) ==
        "prepare train =========>--------------  41%  526000/1281167  1912/s  3 skipped  eta 6:35");
  CHECK(progress_line(task, {.interactive = true, .width = 50}) ==
        "prepare train ===>-----  41%  3 skipped  eta 6:35");
  CHECK(log_line(task, 1764042011) ==
        "2025-11-25T03:40:11Z prepare train  526000/1281167  1912/s  3 skipped  eta 6:35");
  Display console({.interactive = true, .width = 60});
  console.display.update(task);
  CHECK_FALSE(console.output.empty());
  console.display.finish_task();
  CHECK(console.output.ends_with("\r\x1b[K"));
}

TEST_CASE("colour is used only where it is wanted") {
  Terminal terminal{.interactive = true, .color = true, .unicode = true, .width = 100};
  CHECK(progress_line(example(), terminal).find("\x1b[32m") != std::string::npos);
  terminal.color = false;
  CHECK(progress_line(example(), terminal).find('\x1b') == std::string::npos);
}

TEST_CASE("a logged step is one line of key=value pairs") {
  CHECK(log_line(example(), 1764042011) ==
        "2025-11-25T03:40:11Z epoch=3 step=24121 loss=4.8131 top1=0.1840 top5=0.3890 lr=0.01 "
        "img_s=1912 data_wait=0.02 eta=7:41:10");
  Progress fresh;
  fresh.loss = std::numeric_limits<double>::quiet_NaN();
  CHECK(log_line(fresh, 0) ==
        "1970-01-01T00:00:00Z epoch=0 step=0 loss=nan lr=0 img_s=0 data_wait=0.00 eta=0:00");
  fresh.learning_rate = 0.01827080361545086;
  CHECK(log_line(fresh, 0).find(" lr=0.01827 ") != std::string::npos);
}

TEST_CASE("an epoch ends in one line") {
  EpochSummary summary{.epoch = 3,
                       .epochs = 90,
                       .train = {4.79, 0.189, {}},
                       .val = EpochScore{4.312, 0.247, 0.488},
                       .best = true,
                       .seconds = 571,
                       .images_per_second = 1755};
  CHECK(summary_line(summary) ==
        "epoch 3/90  train loss 4.790 top1 18.9%  |  val loss 4.312 top1 24.7% top5 48.8%  (best)"
        "  |  9m31s  1755 img/s");
  summary.val.reset();
  summary.best = false;
  summary.seconds = 2.34;
  CHECK(summary_line(summary) == "epoch 3/90  train loss 4.790 top1 18.9%  |  2.3s  1755 img/s");
}

TEST_CASE("a terminal's line is redrawn at most ten times a second") {
  Display d({.interactive = true, .width = 80});
  for (int i = 0; i < 1000; i++) {
    d.display.update(example());
    d.now += 0.001;
  }
  CHECK(std::count(d.output.begin(), d.output.end(), '\r') == 10);
  CHECK(std::count(d.output.begin(), d.output.end(), '\n') == 0);
}

TEST_CASE("messages appear above the redrawn line and epochs replace it") {
  Display d({.interactive = true, .width = 80});
  d.display.update(example());
  const std::string line = progress_line(example(), {.interactive = true, .width = 80});
  d.output.clear();
  d.display.message("saved");
  CHECK(d.output == "\r\x1b[Ksaved\n" + line);
  d.output.clear();
  d.display.log(example());  // the line shows it already
  CHECK(d.output.empty());
  d.display.finish_epoch({.epoch = 1, .epochs = 2, .train = {}, .val = {}});
  CHECK(d.output.starts_with("\r\x1b[Kepoch 1/2  train"));
  CHECK(d.output.ends_with("img/s\n"));
}

TEST_CASE("a record has the lines that a stream without a terminal has") {
  std::string plain, record;
  const auto show = [](ProgressDisplay& display) {
    display.update(example());
    display.log(example());
    display.message("saved\x1b[31m\nand more");
    display.finish_epoch({.epoch = 1, .epochs = 2, .train = {}, .val = {}});
  };
  const auto display_on = [](bool terminal, std::string& text, std::string& lines) {
    return ProgressDisplay::Options{.terminal = {.interactive = terminal, .unicode = terminal},
                                    .write = [&](std::string_view t) { text += t; },
                                    .record = [&](std::string_view t) { lines += t; },
                                    .unix_time = [] { return int64_t{0}; }};
  };
  std::string same, drawn;
  ProgressDisplay without(display_on(false, plain, same)), with(display_on(true, drawn, record));
  show(without);
  show(with);
  CHECK(record == plain);
  CHECK(same == plain);
  CHECK_FALSE(has_control_characters(plain));
  CHECK(plain.find("saved?[31m\nand more\n") != std::string::npos);
}

TEST_CASE("without a terminal there are plain lines only") {
  Display d({.interactive = false, .width = 80});
  d.display.update(example());
  CHECK(d.output.empty());
  d.display.log(example());
  d.display.message("saved");
  d.display.finish_epoch({.epoch = 1, .epochs = 2, .train = {}, .val = {}});
  CHECK(std::count(d.output.begin(), d.output.end(), '\n') == 3);
  CHECK_FALSE(has_control_characters(d.output));
}
