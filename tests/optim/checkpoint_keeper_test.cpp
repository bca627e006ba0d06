// SPDX-License-Identifier: Apache-2.0
// Which checkpoints a run leaves, and what a disk that refuses does to it.
#include "support/error_message.h"
#include "support/file_size_limit.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/run_recorder.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <limits>
#include <set>

using Catch::Contains;
using fovea::CheckpointOptions;
using fovea::RunFolder;
using fovea::RunRecorder;
using fovea::test::error_message;
using fovea::test::FileSizeLimit;
using fovea::test::TempDir;
using fovea::test::TinyRun;

namespace {

const fovea::ModelInfo kInfo{fovea::test::kTinyModel, {}, {"a", "b", "c", "d"}};

// A run of some epochs of 6 steps, and its folder.
struct RecordedRun {
  explicit RecordedRun(int64_t epochs, const CheckpointOptions& options)
      : run(1, epochs),
        folder(RunFolder::create_at(dir.file("run"), false)),
        recorder(folder, run.net, kInfo, "{}", *run.trainer, {}, options,
                 fovea::Logger([this](fovea::LogLevel, std::string_view text) {
                   warnings.emplace_back(text);
                 })) {}

  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints()))
      names.insert(entry.path().stem());
    return names;
  }
  int64_t step_in(const std::string& path) const {
    TinyRun other;
    fovea::TrainPosition position;
    restore_checkpoint(path, other.net, other.trainer->optimizer(), position);
    return position.step;
  }

  TempDir dir;
  TinyRun run;
  RunFolder folder;
  std::vector<std::string> warnings;
  RunRecorder recorder;
};

// Runs something after each report of a step.
class AfterStep final : public fovea::TrainObserver {
 public:
  AfterStep(RunRecorder& recorder, std::function<void(int64_t step)> then)
      : recorder_(recorder), then_(std::move(then)) {}
  void on_step(const fovea::StepReport& report) override {
    recorder_.on_step(report);
    then_(report.step);
  }
  void on_epoch(const fovea::EpochReport& report) override { recorder_.on_epoch(report); }

 private:
  RunRecorder& recorder_;
  std::function<void(int64_t step)> then_;
};

}  // namespace

TEST_CASE("last and best are saved, and by config some that stay") {
  RecordedRun plain(3, {});
  plain.run.trainer->run(plain.recorder);
  CHECK(plain.files() == std::set<std::string>{"last", "best"});
  CHECK(plain.step_in(plain.folder.last_checkpoint()) == 18);

  RecordedRun every(7, {.every = 2});
  every.run.trainer->run(every.recorder);
  CHECK(every.files() ==
        std::set<std::string>{"last", "best", "epoch-002", "epoch-004", "epoch-006"});
  CHECK(every.step_in(every.folder.epoch_checkpoint(4)) == 24);

  RecordedRun newest(7, {.every = 1, .keep = 2});
  newest.dir.write("run/checkpoints/epoch-mine.safetensors", "a user's");
  newest.run.trainer->run(newest.recorder);
  CHECK(newest.files() ==
        std::set<std::string>{"last", "best", "epoch-006", "epoch-007", "epoch-mine"});
}

TEST_CASE("the end of a run is saved wherever it is, and only when it is not there") {
  RecordedRun run(3, {});
  run.run.options.max_steps = 8;
  fovea::Trainer& trainer = *run.run.trainer;
  AfterStep stop(run.recorder, [](int64_t step) {
    if (step == 8) throw std::runtime_error("stopped");
  });
  CHECK_THROWS(trainer.run(stop));
  CHECK(run.step_in(run.folder.last_checkpoint()) == 6);
  run.recorder.finish();
  CHECK(run.step_in(run.folder.last_checkpoint()) == 8);
  std::filesystem::remove(run.folder.last_checkpoint());
  run.recorder.finish();
  CHECK_FALSE(std::filesystem::exists(run.folder.last_checkpoint()));
}

TEST_CASE("a full disk is told, the run goes on, and the older checkpoint stays") {
  RecordedRun run(3, {.every_steps = 1});
  std::optional<FileSizeLimit> full;
  AfterStep observer(run.recorder, [&](int64_t step) {
    if (step == 8) full.emplace(100);
    if (step == 10) {
      CHECK(run.step_in(run.folder.last_checkpoint()) == 8);
      full.reset();
    }
  });
  CHECK(run.run.trainer->run(observer));
  REQUIRE(run.warnings.size() == 2);
  CHECK_THAT(run.warnings[0], Contains("cannot write " + run.folder.last_checkpoint()) &&
                                  Contains("File too large") && Contains("training goes on"));
  CHECK_NOTHROW(run.recorder.finish());
  CHECK(run.step_in(run.folder.last_checkpoint()) == 18);
}

TEST_CASE("a run whose end cannot be saved does not end well") {
  RecordedRun run(2, {});
  std::optional<FileSizeLimit> full;
  AfterStep observer(run.recorder, [&](int64_t step) {
    if (step == 11) full.emplace(100);
  });
  CHECK(run.run.trainer->run(observer));
  CHECK(run.warnings.size() >= 1);
  CHECK_THAT(error_message<fovea::SystemError>([&] { run.recorder.finish(); }),
             Contains("cannot write " + run.folder.last_checkpoint()));
  CHECK(run.step_in(run.folder.last_checkpoint()) == 6);
}

TEST_CASE("weights that are not finite are never saved") {
  RecordedRun run(2, {.every_steps = 1});
  AfterStep observer(run.recorder, [&](int64_t step) {
    if (step != 3) return;
    run.run.net.value(*run.run.net.find_parameter("linear1.bias")).data<float>()[0] =
        std::numeric_limits<float>::infinity();
    run.recorder.save_now();
  });
  CHECK_THAT(error_message<fovea::DivergedError>([&] { run.run.trainer->run(observer); }),
             Contains("step 3: linear1.bias is not finite"));
  CHECK(run.step_in(run.folder.last_checkpoint()) == 3);
}
