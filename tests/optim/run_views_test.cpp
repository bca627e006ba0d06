// SPDX-License-Identifier: Apache-2.0
// What a run leaves for those who follow it.
#include "support/event_file.h"
#include "support/file_bytes.h"
#include "support/temp_dir.h"

#include <fovea/optim/observers.h>
#include <fovea/optim/rank_cost.h>
#include <fovea/optim/run_history.h>
#include <fovea/optim/run_views.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using fovea::RunFolder;
using fovea::test::EventFile;
using fovea::test::TempDir;

namespace {

constexpr const char* kConfig = R"({
  "data": {"train": {"type": "synthetic", "shape": [3, 12, 12], "classes": 4, "samples": 40},
           "val": {"type": "synthetic", "shape": [3, 12, 12], "classes": 4, "samples": 20}},
  "model": {"input": [3, 12, 12], "layers": [
    {"name": "conv1", "type": "conv2d", "out_channels": 6, "kernel_size": 3}, {"type": "flatten"},
    {"name": "fc", "type": "linear", "out_features": 4}]},
  "train": {"epochs": 2, "batch_size": 10},
  "log": {"every": 2, "histograms": 3}
})";

// Stops a run after some steps.
class StopAfter final : public fovea::TrainObserver {
 public:
  explicit StopAfter(int64_t steps) : left_(steps) {}
  void on_step(const fovea::StepReport&) override { left_--; }
  bool should_stop() override { return left_ <= 0; }

 private:
  int64_t left_;
};

// Trains `steps` further steps of the run in `folder` by so many ranks; gives the warnings.
std::string train(const RunFolder& folder, bool resume, int64_t steps, const char* config = kConfig,
                  size_t ranks = 1) {
  std::string warnings;
  const fovea::Logger logger(
      [&](fovea::LogLevel, std::string_view text) { warnings.append(text).append("\n"); });
  fovea::TrainingRun run(fovea::RunConfig::read(fovea::Config::parse(config)),
                         {.team = {.others = std::vector<fovea::Device>(ranks - 1)}, .threads = 1});
  if (resume) run.resume(folder);
  fovea::SpeedMeter speed;
  fovea::RunRecorder recorder = run.recorder(folder, logger);
  const auto views = make_run_views(run, folder, speed, logger);
  StopAfter stop(steps);
  fovea::ObserverList observers({&speed, &recorder, views.get(), &stop});
  run.trainer().run(observers);
  recorder.finish();
  return warnings;
}

std::vector<EventFile> events_in(const std::string& folder) {
  std::vector<EventFile> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) files.emplace_back(entry.path());
  return files;
}

}  // namespace

TEST_CASE("events, curves and filters are in the run's folder") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  CHECK(train(folder, false, 1000).empty());
  const auto train_files = events_in(folder.train_events()),
             val_files = events_in(folder.val_events());
  REQUIRE(train_files.size() == 1);
  REQUIRE(val_files.size() == 1);
  CHECK(train_files[0].count("data_wait") == 4);            // of 8 steps, every second
  CHECK(train_files[0].count("weight/conv1.weight") == 3);  // steps 3, 6 and the last
  CHECK(train_files[0].count("grad_avg/fc.bias") == 3);
  CHECK(train_files[0].count("filters/conv1") == 2);
  CHECK(train_files[0].count("\"histograms\": 3") == 1);  // the config as text
  CHECK(val_files[0].count("loss") == 2);
  for (const std::string& path : {folder.curves(), folder.filters(), folder.speed()})
    CHECK(fs::exists(path));
  CHECK(fovea::RunHistory::read(folder).speeds.size() == 2);
}

TEST_CASE("events are written only when they are wanted") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  std::string config = kConfig;
  config.replace(config.find("\"histograms\": 3"), 15, "\"tensorboard\": false");
  config.replace(config.find("\"epochs\": 2"), 11, "\"max_steps\": 3");
  train(folder, false, 1000, config.c_str());
  CHECK_FALSE(fs::exists(folder.train_events()));
  CHECK(fs::exists(folder.curves()));
}

TEST_CASE("a run that is resumed goes on with its histories") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  train(folder, false, 4);
  train(folder, true, 1000);
  const auto history = fovea::RunHistory::read(folder);
  REQUIRE(history.steps.size() == 4);
  CHECK(history.steps.back().step == 8);
  CHECK(history.steps.back().epoch == 2);
  REQUIRE(history.epochs.size() == 2);
  CHECK(history.epochs[1].step == 8);
  CHECK(history.epochs[1].val);
  CHECK(history.steps_per_epoch() == 4);
  CHECK(history.speeds.size() == 2);
  CHECK(events_in(folder.train_events()).size() == 2);
}

TEST_CASE("what ranks have sent in each epoch is in the run's folder, and predicted") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  for (const char* placement : {"data", "columns", "hybrid"}) {
    CAPTURE(placement);
    std::string config = kConfig;
    config.replace(config.find("\"epochs\": 2"), 11,
                   std::string("\"epochs\": 2, \"placement\": \"") + placement + "\"");
    train(folder, false, 1000, config.c_str(), 2);
    const fovea::RunConfig read = fovea::RunConfig::read(fovea::Config::parse(config));
    const fovea::TrainOptions& options = read.options.train;
    const fovea::Context ctx({.threads = 1, .numerics = options.numerics});
    const int64_t step =
        predict_rank_cost(read.make_net(), ctx, options, options.placement, 2, 10).sent();
    const auto epochs = fovea::RunHistory::read(folder).communication;
    REQUIRE(epochs.size() == 2);
    for (const auto& epoch : epochs) {
      CHECK(epoch.ranks == 2);
      CHECK(epoch.steps == 4);
      CHECK(epoch.bytes == 4 * step);
      CHECK(epoch.times.value().seconds >= epoch.times.value().exposed);
    }
  }
}

TEST_CASE("a run of several ranks goes on alone without their rows of later epochs") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  train(folder, false, 1000);
  CHECK_FALSE(fs::exists(folder.ranks()));
  train(folder, false, 5, kConfig, 2);
  REQUIRE(fovea::RunHistory::read(folder).communication.size() == 1);
  std::ofstream(folder.ranks(), std::ios::app) << "2,2,4,1000,1.000,0.500\n";  // lost with a kill
  train(folder, true, 1000);
  const auto epochs = fovea::RunHistory::read(folder).communication;
  REQUIRE(epochs.size() == 1);
  CHECK(epochs[0].epoch == 1);
}

TEST_CASE("a run that is replaced leaves no histories, and what is not its own alone") {
  const TempDir dir;
  {
    const RunFolder first = RunFolder::create_at(dir.file("run"), false);
    train(first, false, 4);
    std::ofstream(first.train_events() + "/mine.txt") << "not an event file";
  }
  const RunFolder folder = RunFolder::create_at(dir.file("run"), true);
  CHECK(fs::exists(folder.train_events() + "/mine.txt"));
  CHECK_FALSE(fs::exists(folder.val_events()));
  CHECK_FALSE(fs::exists(folder.curves()));
}

TEST_CASE("a history leaves out what is not whole") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  std::ofstream(folder.metrics())
      << R"({"step": 1, "epoch": 1, "loss": 2.5, "top1": 0.1, "top5": 0.5, "lr": 0.01})"
      << "\n"
      << "damaged\n{\"step\": 2}\n{\"step\": 3, \"epo";
  std::ofstream(folder.results())
      << "epoch,step,train_loss,train_top1,train_top5,val_loss,val_top1,"
         "val_top5\n1,10,2,0.5,0.9,,,\n2,20,1,x,0.9,,,\n3,30\n";
  const auto history = fovea::RunHistory::read(folder);
  REQUIRE(history.steps.size() == 1);
  CHECK(history.steps[0].score.loss == 2.5);
  REQUIRE(history.epochs.size() == 1);
  CHECK_FALSE(history.epochs[0].val);
  CHECK(history.speeds.empty());
  CHECK(history.best() == nullptr);
}

TEST_CASE("events that cannot be written are told of once, and training goes on") {
  const TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  const RunFolder whole = RunFolder::create_at(dir.file("whole"), false);
  train(whole, false, 1000);
  std::ofstream(folder.train_events()) << "a file where a folder should be";
  const std::string warnings = train(folder, false, 1000);
  CHECK_THAT(warnings,
             Catch::Contains(folder.train_events()) && Catch::Contains("training goes on"));
  CHECK(std::count(warnings.begin(), warnings.end(), '\n') == 1);
  CHECK(fovea::test::file_bytes(folder.metrics()) == fovea::test::file_bytes(whole.metrics()));
  CHECK(fs::exists(folder.curves()));
}
