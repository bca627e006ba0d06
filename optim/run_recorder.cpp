// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/run_recorder.h>
#include <fovea/optim/state_hash.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>

namespace fovea {

namespace {

constexpr const char* kHeading =
    "epoch,train_loss,train_top1,train_top5,val_loss,val_top1,val_top5\n";

void check_written(std::ofstream& file, const std::string& path) {
  file.flush();
  if (!file) throw SystemError(path + ": cannot write: " + std::strerror(errno));
}

// Keeps the first lines of a file for which `keep` holds; a torn last line goes too.
void keep_lines(const std::string& path, const std::function<bool(const std::string&)>& keep) {
  std::ifstream in(path);
  std::string kept;
  for (std::string line; std::getline(in, line) && !in.eof() && keep(line);) kept += line + "\n";
  write_file_atomically(path, kept);
}

// The number after `key` in a line we wrote; -1 when it is not there.
int64_t number_after(const std::string& line, const std::string& key) {
  const size_t at = line.find(key);
  return at == std::string::npos ? -1 : std::strtoll(line.c_str() + at + key.size(), nullptr, 10);
}

std::string csv_of(const Metrics& m) {
  return JsonWriter().value(m.loss()).str() + "," + JsonWriter().value(m.top1_share()).str() + "," +
         JsonWriter().value(m.top5_share()).str();
}

}  // namespace

Fields<LogOptions> LogOptions::fields() {
  return Fields<LogOptions>("log", "What is logged while training")
      .field("every", &LogOptions::every, "steps between two lines", at_least(1))
      .field("hashes", &LogOptions::hashes,
             "steps between two hashes of weights and momenta, for fovea audit; 0: none",
             at_least(0));
}

Fields<CheckpointOptions> CheckpointOptions::fields() {
  return Fields<CheckpointOptions>("checkpoint", "What is saved while training")
      .field("every_steps", &CheckpointOptions::every_steps,
             "steps between two saves; 0: after each epoch only", at_least(0));
}

RunRecorder::RunRecorder(const RunFolder& folder, const Net& net, ModelInfo info,
                         std::string config, Trainer& trainer, const LogOptions& log,
                         const CheckpointOptions& checkpoint)
    : folder_(folder),
      net_(net),
      info_(std::move(info)),
      config_(std::move(config)),
      trainer_(trainer),
      log_(log),
      checkpoint_(checkpoint) {
  const TrainPosition& position = trainer.position();
  write_file_atomically(folder_.config(), format_json(config_) + "\n");
  if (position.step == 0) {
    write_file_atomically(folder_.metrics(), "");
    write_file_atomically(folder_.results(), kHeading);
    write_file_atomically(folder_.hashes(), "");
  } else {
    for (const std::string& path : {folder_.metrics(), folder_.hashes()}) {
      keep_lines(path, [&](const std::string& l) {
        return number_after(l, "\"step\": ") <= position.step;
      });
    }
    keep_lines(folder_.results(), [&](const std::string& l) {
      return l + "\n" == kHeading || number_after(l, "") < static_cast<int64_t>(position.epoch) + 1;
    });
  }
  metrics_.open(folder_.metrics(), std::ios::app);
  results_.open(folder_.results(), std::ios::app);
  hashes_.open(folder_.hashes(), std::ios::app);
  check_written(metrics_, folder_.metrics());
  check_written(results_, folder_.results());
  check_written(hashes_, folder_.hashes());
}

void RunRecorder::on_step(const StepReport& report) {
  const bool last = report.step == report.steps;
  if (last || report.step % log_.every == 0) {
    JsonWriter json;
    json.begin_object()
        .key("step")
        .value(report.step)
        .key("epoch")
        .value(report.epoch)
        .key("loss")
        .value(report.loss);
    json.key("top1")
        .value(report.epoch_so_far.top1_share())
        .key("top5")
        .value(report.epoch_so_far.top5_share());
    json.key("lr").value(report.lr).end_object();
    metrics_ << json.str() << '\n';
    check_written(metrics_, folder_.metrics());
  }
  if (log_.hashes > 0 && report.step % log_.hashes == 0) {
    hashes_ << hash_of_state(net_, trainer_.optimizer(), report.step).to_json() << '\n';
    check_written(hashes_, folder_.hashes());
  }
  const bool epoch_ends = report.batch == report.batches;  // on_epoch saves then
  if (checkpoint_.every_steps > 0 && report.step % checkpoint_.every_steps == 0 && !epoch_ends)
    save_last();
}

void RunRecorder::on_epoch(const EpochReport& report) {
  results_ << report.epoch + 1 << ',' << csv_of(report.train) << ','
           << (report.val ? csv_of(*report.val) : ",,") << '\n';
  check_written(results_, folder_.results());
  if (report.best) save_checkpoint(folder_.best_checkpoint(), net_, info_, state());
  save_last();
}

void RunRecorder::save_last() { save_checkpoint(folder_.last_checkpoint(), net_, info_, state()); }

}  // namespace fovea
