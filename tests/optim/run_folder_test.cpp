// SPDX-License-Identifier: Apache-2.0
#include "support/file_bytes.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

#include <fovea/optim/run_folder.h>
#include <fovea/optim/run_recorder.h>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using fovea::RunFolder;
using fovea::RunRecorder;
using fovea::test::TempDir;
using fovea::test::TinyRun;

namespace {

class RecordUntil final : public fovea::TrainObserver {
 public:
  RecordUntil(RunRecorder& recorder, int64_t steps) : recorder_(recorder), left_(steps) {}
  void on_step(const fovea::StepReport& report) override {
    recorder_.on_step(report);
    left_--;
  }
  void on_epoch(const fovea::EpochReport& report) override { recorder_.on_epoch(report); }
  bool should_stop() override { return left_ <= 0; }

 private:
  RunRecorder& recorder_;
  int64_t left_;
};

const fovea::ModelInfo kRunInfo{fovea::test::kTinyModel, {}, {"a", "b", "c", "d"}};

}  // namespace

TEST_CASE("a second run of a name gets a folder of its own") {
  const TempDir dir;
  CHECK(RunFolder::create_new(dir.file("runs"), "x").path() == dir.file("runs/x"));
  CHECK(RunFolder::create_new(dir.file("runs"), "x").path() == dir.file("runs/x-2"));
  CHECK(RunFolder::create_new(dir.file("runs"), "x").path() == dir.file("runs/x-3"));
}

TEST_CASE("a run is never overwritten by accident") {
  const TempDir dir;
  const std::string path = dir.file("run");
  {
    const RunFolder run = RunFolder::create_at(path, false);
    std::ofstream(run.best_checkpoint()) << "weights";
  }
  CHECK_THROWS_AS(RunFolder::create_at(path, false), fovea::ConfigError);
  CHECK_THROWS_AS(RunFolder::open(path), fovea::DataError);
  CHECK_THROWS_AS(RunFolder::resume(path), fovea::DataError);
  CHECK(fovea::find_model_file(path) == path + "/checkpoints/best.safetensors");
  RunFolder::create_at(path, true);
  CHECK_THROWS_AS(fovea::find_model_file(path), fovea::DataError);
  CHECK_THROWS_AS(fovea::find_model_file(path + "/nothing"), fovea::DataError);
  CHECK_THROWS_AS(RunFolder::create_at("/proc/no/such", false), fovea::SystemError);
}

TEST_CASE("files that no run wrote are never removed") {
  const TempDir dir;
  dir.write("mine/config.json", "{}");
  CHECK_THROWS_WITH(RunFolder::create_at(dir.file("mine"), true), Catch::Contains("not a run's"));
  CHECK(fovea::test::file_bytes(dir.file("mine/config.json")) == "{}");
  dir.write("notes/notes.txt", "x");
  const RunFolder run = RunFolder::create_at(dir.file("notes"), true);
  CHECK(fovea::test::file_bytes(dir.file("notes/notes.txt")) == "x");
}

TEST_CASE("a folder in which somebody trains is refused, and free again after that") {
  const TempDir dir;
  const std::string path = dir.file("run");
  {
    const RunFolder run = RunFolder::create_at(path, false);
    std::ofstream(run.config()) << "{}";
    std::ofstream(run.last_checkpoint()) << "weights";
    const std::string wanted = path + ": process " + std::to_string(getpid()) + " is training";
    CHECK_THROWS_WITH(RunFolder::create_at(path, true), Catch::Contains(wanted));
    CHECK_THROWS_WITH(RunFolder::resume(path), Catch::Contains(wanted));
    CHECK_NOTHROW(RunFolder::open(path));
    CHECK(fovea::test::file_bytes(run.config()) == "{}");
    CHECK(RunFolder::create_new(dir.path().string(), "run").path() == path + "-2");
  }
  CHECK_NOTHROW(RunFolder::resume(path));
}

TEST_CASE("taking up or replacing a run removes what a killed process was writing") {
  const TempDir dir;
  const std::string path = dir.file("run");
  const auto leave_temporaries = [&] {
    dir.write("run/conv1.png.tmp.999999.0", "half");
    dir.write("run/checkpoints/last.safetensors.tmp.999999.0", "half");
  };
  const auto have_temporaries = [&] {
    return std::filesystem::exists(path + "/conv1.png.tmp.999999.0") ||
           std::filesystem::exists(path + "/checkpoints/last.safetensors.tmp.999999.0");
  };
  std::ofstream(RunFolder::create_at(path, false).last_checkpoint()) << "weights";
  leave_temporaries();
  RunFolder::open(path);
  CHECK(have_temporaries());
  RunFolder::resume(path);
  CHECK_FALSE(have_temporaries());
  leave_temporaries();
  RunFolder::create_at(path, true);
  CHECK_FALSE(have_temporaries());
}

TEST_CASE("stopped, with a torn last line, and resumed: the records are those of a straight run") {
  const TempDir dir;
  const auto record = [&](const std::string& name, int64_t stop, bool resume) {
    const RunFolder folder =
        resume ? RunFolder::resume(dir.file(name)) : RunFolder::create_at(dir.file(name), false);
    TinyRun run;
    if (resume) {
      fovea::TrainPosition position;
      restore_checkpoint(folder.last_checkpoint(), run.net, run.trainer->optimizer(), position);
      run.trainer->set_position(position);
    }
    RunRecorder recorder(folder, run.net, kRunInfo, R"({"seed": 5})", *run.trainer, {.every = 1},
                         {.every_steps = 4});
    RecordUntil observer(recorder, stop);
    run.trainer->run(observer);
    return RunFolder::open(folder.path());  // without the lock
  };
  const RunFolder straight = record("straight", 1000, false);
  for (const int64_t stop : {9, 11, 14}) {
    const std::string name = "cut" + std::to_string(stop);
    const RunFolder cut = record(name, stop, false);
    std::ofstream(cut.metrics(), std::ios::app) << R"({"step": 15, "lo)";
    record(name, 1000, true);
    CHECK(fovea::test::file_bytes(cut.metrics()) == fovea::test::file_bytes(straight.metrics()));
    CHECK(fovea::test::file_bytes(cut.results()) == fovea::test::file_bytes(straight.results()));
    CHECK(fovea::test::file_bytes(cut.last_checkpoint()) ==
          fovea::test::file_bytes(straight.last_checkpoint()));
    CHECK(fovea::test::file_bytes(cut.best_checkpoint()) ==
          fovea::test::file_bytes(straight.best_checkpoint()));
  }
}
