// SPDX-License-Identifier: Apache-2.0
#include "hash_log.h"

#include "metrics_log.h"

#include <fovea/core/io/atomic_file.h>
#include <fovea/optim/state_hash.h>

namespace fovea::detail {

namespace {

std::string begin_hashes(const std::string& path, const TrainPosition& position) {
  if (position.step == 0) {
    write_file_atomically(path, "");
  } else {
    keep_lines(path, [&](const std::string& line) {
      return number_after(line, "\"step\": ") <= position.step;
    });
  }
  return path;
}

}  // namespace

HashLog::HashLog(const RunFolder& folder, const Net& net, Trainer& trainer, int64_t every)
    : net_(net),
      trainer_(trainer),
      every_(every),
      file_(begin_hashes(folder.hashes(), trainer.position())) {}

void HashLog::on_step(const StepReport& report) {
  if (every_ == 0 || report.step % every_ != 0) return;
  file_.append(hash_of_state(net_, trainer_.optimizer(), report.step).to_json() + "\n");
}

}  // namespace fovea::detail
