// SPDX-License-Identifier: Apache-2.0
#include "checkpoint_keeper.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace fovea {

Fields<CheckpointOptions> CheckpointOptions::fields() {
  using O = CheckpointOptions;
  return Fields<O>("checkpoint", "What is saved while training, besides the last and the best")
      .field("every_steps", &O::every_steps,
             "steps between two saves of last.safetensors; 0: after each epoch only", at_least(0))
      .field("every", &O::every,
             "epochs between two checkpoints that stay, epoch-030.safetensors; 0: none stay",
             at_least(0))
      .field("keep", &O::keep, "of those that stay, the newest so many; 0: all", at_least(0));
}

namespace detail {

namespace fs = std::filesystem;

namespace {

// 30 for "epoch-030.safetensors".
std::optional<int64_t> epoch_of(const std::string& file) {
  constexpr std::string_view kPrefix = "epoch-", kSuffix = ".safetensors";
  if (!file.starts_with(kPrefix) || !file.ends_with(kSuffix)) return std::nullopt;
  const char* const end = file.data() + file.size() - kSuffix.size();
  int64_t epoch = 0;
  const auto [stop, error] = std::from_chars(file.data() + kPrefix.size(), end, epoch);
  return error == std::errc() && stop == end ? std::optional(epoch) : std::nullopt;
}

void check_finite(const Net& net, const Sgd& optimizer, int64_t step) {
  const auto finite = [](const Tensor& tensor) {
    const Tensor here = tensor.to(Device::cpu());
    return std::ranges::all_of(here.span<float>(), [](float v) { return std::isfinite(v); });
  };
  for (const Parameter& parameter : net.parameters()) {
    if (finite(net.value(parameter)) && finite(optimizer.velocity(parameter))) continue;
    throw DivergedError("step " + std::to_string(step) + ": " + parameter.name +
                        " is not finite after the update, and is not saved; lower "
                        "train.optimizer.lr");
  }
}

}  // namespace

CheckpointKeeper::CheckpointKeeper(const RunFolder& folder, const Net& net, ModelInfo info,
                                   std::string config, Trainer& trainer,
                                   const CheckpointOptions& options, Logger logger)
    : folder_(folder),
      net_(net),
      info_(std::move(info)),
      config_(std::move(config)),
      trainer_(trainer),
      options_(options),
      logger_(std::move(logger)) {}

bool CheckpointKeeper::needs_state(int64_t step) {
  return wanted_ || (options_.every_steps > 0 && step % options_.every_steps == 0);
}

void CheckpointKeeper::on_step(const StepReport& report) {
  const bool epoch_ends = report.batch == report.batches;  // on_epoch saves then
  if (needs_state(report.step) && !epoch_ends) save_now();
}

// last.safetensors comes last: a run that is taken up again from the one before writes the others
// anew.
void CheckpointKeeper::on_epoch(const EpochReport& report) {
  const int64_t done = report.epoch + 1;
  if (options_.every > 0 && done % options_.every == 0 &&
      try_to_save(folder_.epoch_checkpoint(done)))
    remove_old(done);
  if (report.best) {
    best_trouble_ = try_to_save(folder_.best_checkpoint())
                        ? ""
                        : folder_.best_checkpoint() + ": epoch " + std::to_string(done) +
                              " was better than what is in it, but could not be saved";
  }
  save_now();
}

void CheckpointKeeper::save_now() {
  wanted_ = !trainer_.is_between_steps();
  if (wanted_) return;
  if (try_to_save(folder_.last_checkpoint())) note_last();
}

void CheckpointKeeper::note_last() {
  saved_step_ = trainer_.position().step;
  saved_samples_ = trainer_.position().epoch_so_far.samples;
}

bool CheckpointKeeper::last_is_here() const {
  const TrainPosition& now = trainer_.position();
  return saved_step_ == now.step && saved_samples_ == now.epoch_so_far.samples;
}

void CheckpointKeeper::finish() {
  if (!last_is_here()) {
    save(folder_.last_checkpoint());
    note_last();
  }
  if (!best_trouble_.empty()) throw SystemError(best_trouble_);
}

bool CheckpointKeeper::try_to_save(const std::string& path) {
  try {
    save(path);
    return true;
  } catch (const SystemError& error) {
    logger_.warning(std::string(error.what()) + "; training goes on, a later save tries again");
    return false;
  }
}

void CheckpointKeeper::save(const std::string& path) {
  const TrainPosition& position = trainer_.position();
  check_finite(net_, trainer_.optimizer(), position.step);
  save_checkpoint(path, net_, info_, {trainer_.optimizer(), position, config_});
}

void CheckpointKeeper::remove_old(int64_t epoch) const {
  if (options_.keep == 0) return;
  std::map<int64_t, fs::path> older;
  std::error_code ignored;  // what cannot be removed stays
  for (const auto& entry : fs::directory_iterator(folder_.checkpoints(), ignored)) {
    const auto other = epoch_of(entry.path().filename());
    if (other && *other <= epoch) older[*other] = entry.path();
  }
  while (static_cast<int64_t>(older.size()) > options_.keep) {
    fs::remove(older.begin()->second, ignored);
    older.erase(older.begin());
  }
}

}  // namespace detail

}  // namespace fovea
