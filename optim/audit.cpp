// SPDX-License-Identifier: Apache-2.0
#include "model_metadata.h"

#include <fovea/core/error.h>
#include <fovea/core/io/text_file.h>
#include <fovea/optim/audit.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/state_hash.h>

#include <filesystem>
#include <limits>
#include <map>

namespace fovea {

namespace fs = std::filesystem;

namespace {

using Hashes = std::map<int64_t, StateHash>;

// What the run logged. A torn last line is not counted.
Hashes read_hashes(const RunFolder& folder) {
  const std::string text = read_text_file(folder.hashes());
  Hashes hashes;
  int number = 0;
  for (const std::string_view line : whole_lines(text)) {
    const std::string place = folder.hashes() + ", line " + std::to_string(++number);
    try {
      StateHash state = StateHash::parse(std::string(line), place);
      hashes[state.step] = std::move(state);
    } catch (const ConfigError& error) {
      throw DataError(error.what());
    }
  }
  return hashes;
}

// Those after step `from`, up to step `to`.
Hashes stretch(const Hashes& all, int64_t from, int64_t to, const RunFolder& folder) {
  const Hashes part(all.upper_bound(from), all.upper_bound(to));
  if (part.empty()) {
    throw DataError(folder.hashes() + ": no hashes after step " + std::to_string(from) +
                    "; runs log them with log.hashes=N");
  }
  return part;
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
  Comparison(TrainingRun& run, const Hashes& logged, int64_t last, AuditResult& result)
      : run_(run), logged_(logged), last_(last), result_(result) {}

  // The state as it is, against what was logged for it.
  void compare(int64_t step) {
    step_ = step;
    const auto it = logged_.find(step);
    if (it == logged_.end()) return;
    result_.checked++;
    const StateHash own = hash_of_state(run_.net(), run_.trainer().optimizer(), step);
    result_.differs_in = first_difference(it->second, own);
    (result_.agrees() ? result_.last_agreed : result_.differs_at) = step;
  }

  bool needs_state(int64_t step) override { return step >= last_ || logged_.contains(step); }
  void on_step(const StepReport& report) override { compare(report.step); }
  bool should_stop() override { return !result_.agrees() || step_ >= last_; }

 private:
  TrainingRun& run_;
  const Hashes& logged_;
  int64_t last_, step_ = 0;
  AuditResult& result_;
};

}  // namespace

AuditResult audit(const RunFolder& folder, const AuditOptions& options) {
  const int64_t to =
      options.steps > 0 ? options.from + options.steps : std::numeric_limits<int64_t>::max();
  const Hashes all = read_hashes(folder);
  Hashes logged = stretch(all, options.from, to, folder);
  const int64_t last = logged.rbegin()->first;
  TrainingRun run(RunConfig::load(folder.config()), options.machine);
  const std::string checkpoint = nearest_checkpoint(folder, options.from);
  if (!checkpoint.empty()) run.resume_from(checkpoint);
  AuditResult result;
  result.start = run.trainer().position().step;
  // A checkpoint is no better witness than a step of the replay.
  if (const auto it = all.find(result.start); it != all.end()) logged.insert(*it);
  Comparison comparison(run, logged, last, result);
  comparison.compare(result.start);
  if (result.agrees()) run.trainer().run(comparison);
  return result;
}

}  // namespace fovea
