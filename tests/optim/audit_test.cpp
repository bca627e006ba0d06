// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/kernels/simd.h>
#include <fovea/optim/audit.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <filesystem>

using fovea::audit;
using fovea::AuditResult;
using fovea::Config;
using fovea::RunFolder;
using fovea::TrainingRun;
using fovea::test::TempDir;

namespace {

std::string config_text() {
  return R"({"seed": 5, "data": {"train": {"type": "synthetic", "shape": [3, 12, 12], "classes": 4, "samples": 44},
             "augment": [{"type": "horizontal_flip"}]},
             "train": {"epochs": 4, "batch_size": 8, "optimizer": {"type": "sgd", "lr": 0.01},
                       "lr_schedule": {"type": "cosine"}},
             "log": {"hashes": 2}, "checkpoint": {"every_steps": 7}, "model": )" +
         std::string(fovea::test::kTinyModel) + "}";
}

// Records a run, and turns over one bit of one weight after step `dishonest_step`.
class Tampering final : public fovea::TrainObserver {
 public:
  Tampering(const RunFolder& folder, TrainingRun& run, fovea::RunRecorder& recorder,
            int64_t dishonest_step)
      : folder_(folder), run_(run), recorder_(recorder), dishonest_step_(dishonest_step) {}
  void on_step(const fovea::StepReport& report) override {
    if (report.step == dishonest_step_) {
      float& weight = run_.net()
                          .values()
                          .data<float>()[run_.net().find_parameter("linear1.weight")->offset + 3];
      weight = std::nextafter(weight, 9.0f);
    }
    recorder_.on_step(report);
    if (report.step == 14) {
      recorder_.save_now();
      std::filesystem::copy(folder_.last_checkpoint(),
                            folder_.path() + "/checkpoints/step-14.safetensors");
    }
  }
  void on_epoch(const fovea::EpochReport& report) override { recorder_.on_epoch(report); }

 private:
  const RunFolder& folder_;
  TrainingRun& run_;
  fovea::RunRecorder& recorder_;
  int64_t dishonest_step_;
};

RunFolder record(const TempDir& dir, int64_t dishonest_step) {
  const RunFolder folder = RunFolder::create_at(dir.file("run"), true);
  TrainingRun run(fovea::RunConfig::read(Config::parse(config_text())), {.threads = 2});
  fovea::RunRecorder recorder = run.recorder(folder);
  Tampering observer(folder, run, recorder, dishonest_step);
  run.trainer().run(observer);
  return folder;
}

}  // namespace

TEST_CASE("an honest run is confirmed, with other threads and another instruction set") {
  const TempDir dir;
  const RunFolder folder = record(dir, -1);
  for (const std::string& target : fovea::simd_targets()) {
    fovea::limit_simd_target(target);
    if (fovea::simd_target_is_exact()) {
      const AuditResult result = audit(folder, {.machine = {.threads = 3}});
      CHECK(result.agrees());
      CHECK(result.start == 0);
      CHECK(result.checked == 12);
      CHECK(result.last_agreed == 24);
    }
  }
  fovea::limit_simd_target("");
}

TEST_CASE("one bit of one weight is found, with its step and layer") {
  const TempDir dir;
  const RunFolder folder = record(dir, 10);
  const AuditResult result = audit(folder, {.machine = {.threads = 1}});
  CHECK_FALSE(result.agrees());
  CHECK(result.differs_at == 10);
  CHECK(result.differs_in == "linear1.weight");
  CHECK(result.last_agreed == 8);
}

TEST_CASE("a stretch is replayed from the nearest checkpoint") {
  const TempDir dir;
  const RunFolder folder = record(dir, -1);
  const AuditResult result = audit(folder, {.from = 15, .steps = 5, .machine = {.threads = 1}});
  CHECK(result.agrees());
  CHECK(result.start == 14);
  CHECK(result.checked == 4);  // 14, 16, 18, 20
  const AuditResult early = audit(folder, {.from = 3, .steps = 3, .machine = {.threads = 1}});
  CHECK(early.start == 0);
  CHECK(early.checked == 2);
}

TEST_CASE("a run without hashes in the stretch cannot be audited") {
  const TempDir dir;
  const RunFolder folder = record(dir, -1);
  CHECK_THROWS_WITH(audit(folder, {.from = 100}),
                    Catch::Contains("hashes.jsonl") && Catch::Contains("log.hashes"));
  dir.write("run/hashes.jsonl", "{\"step\": 2, \"param\n{}\n");
  CHECK_THROWS_AS(audit(folder, {}), fovea::DataError);
}
