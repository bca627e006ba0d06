// SPDX-License-Identifier: Apache-2.0
#include "model_metadata.h"

#include <fovea/core/error.h>
#include <fovea/optim/audit.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/state_hash.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

namespace fovea {

namespace fs = std::filesystem;

namespace {

// What the run logged after step `from`, up to step `to`. A torn last line is not counted.
std::map<int64_t, StateHash> read_hashes(const RunFolder& folder, int64_t from, int64_t to) {
  std::ifstream file(folder.hashes());
  std::map<int64_t, StateHash> hashes;
  int number = 0;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    const std::string place = folder.hashes() + ", line " + std::to_string(++number);
    try {
      StateHash state = StateHash::parse(line, place);
      if (state.step > from && state.step <= to) hashes[state.step] = std::move(state);
    } catch (const ConfigError& error) {
      throw DataError(error.what());
    }
  }
  if (hashes.empty()) {
    throw DataError(folder.hashes() + ": no hashes after step " + std::to_string(from) +
                    "; runs log them with log.hashes=N");
  }
  return hashes;
}

// The checkpoint of the run with the largest step that is not past `from`; empty when there is
// none.
std::string nearest_checkpoint(const RunFolder& folder, int64_t from) {
  std::string nearest;
  int64_t nearest_step = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() + "/checkpoints")) {
    if (entry.path().extension() != ".safetensors") continue;
    const int64_t step = position_of(SafetensorsFile(entry.path())).step;
    if (step > from || step <= nearest_step) continue;
    nearest = entry.path();
    nearest_step = step;
  }
  return nearest;
}

// Compares after each step that was logged; stops at the first difference or after the last.
class Comparison final : public TrainObserver {
 public:
  Comparison(TrainingRun& run, const std::map<int64_t, StateHash>& logged, AuditResult& result)
      : run_(run), logged_(logged), result_(result) {}

  void on_step(const StepReport& report) override {
    last_step_ = report.step;
    const auto it = logged_.find(report.step);
    if (it == logged_.end()) return;
    result_.checked++;
    const StateHash own = hash_of_state(run_.net(), run_.trainer().optimizer(), report.step);
    result_.differs_in = first_difference(it->second, own);
    (result_.agrees() ? result_.last_agreed : result_.differs_at) = report.step;
  }
  bool should_stop() override { return !result_.agrees() || last_step_ >= logged_.rbegin()->first; }

 private:
  TrainingRun& run_;
  const std::map<int64_t, StateHash>& logged_;
  AuditResult& result_;
  int64_t last_step_ = 0;
};

}  // namespace

AuditResult audit(const RunFolder& folder, const AuditOptions& options) {
  const int64_t to =
      options.steps > 0 ? options.from + options.steps : std::numeric_limits<int64_t>::max();
  const auto logged = read_hashes(folder, options.from, to);
  TrainingRun run(RunConfig::load(folder.config()), options.machine);
  const std::string checkpoint = nearest_checkpoint(folder, options.from);
  if (!checkpoint.empty()) run.resume_from(checkpoint);
  AuditResult result;
  result.start = run.trainer().position().step;
  Comparison comparison(run, logged, result);
  run.trainer().run(comparison);
  return result;
}

}  // namespace fovea
