// SPDX-License-Identifier: Apache-2.0
// Replays a stretch of a run, on whatever machine, and holds the hashes that the run logged ("log":
// {"hashes": N}) against its own. With numerics "exact" they agree to the last bit, or something is
// wrong.
#pragma once

#include <fovea/optim/training_run.h>

#include <cstdint>
#include <string>

namespace FOVEA_API fovea {

struct AuditOptions {
  int64_t from = 0;   // audit hashes after this step
  int64_t steps = 0;  // and up to this many steps further; 0: to the run's last hash
  TrainingRun::Machine machine;
};

struct AuditResult {
  int64_t start = 0;        // step of the checkpoint that the replay started from; 0: the seed
  int64_t checked = 0;      // hashes held against each other, that of the checkpoint included
  int64_t last_agreed = 0;  // step of the last that agreed
  // The first that did not: its step and the parameter, in the order of the net; empty when all
  // agree.
  int64_t differs_at = 0;
  std::string differs_in;

  bool agrees() const { return differs_in.empty(); }
};

// Throws DataError when the folder has no run, no hashes in the stretch, or files that are damaged.
AuditResult audit(const RunFolder& folder, const AuditOptions& options);

}  // namespace fovea
