// SPDX-License-Identifier: Apache-2.0
#include "hash_log.h"

#include "metrics_log.h"

#include <fovea/optim/state_hash.h>

namespace fovea::detail {

HashLog::HashLog(const RunFolder& folder, const Net& net, Trainer& trainer, int64_t every)
    : net_(net),
      trainer_(trainer),
      every_(every),
      file_(begin_json_lines(folder.hashes(), trainer.position())) {}

void HashLog::on_step(const StepReport& report) {
  if (!needs_state(report.step)) return;
  file_.append(hash_of_state(net_, trainer_.optimizer(), report.step).to_json() + "\n");
}

}  // namespace fovea::detail
