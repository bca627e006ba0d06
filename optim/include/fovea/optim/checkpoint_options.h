// SPDX-License-Identifier: Apache-2.0
// A config's "checkpoint".
#pragma once

#include <fovea/core/fields.h>

#include <cstdint>

namespace FOVEA_API fovea {

// last.safetensors is saved after each epoch and at the end, best.safetensors after each epoch that
// is the best so far; besides them:
struct CheckpointOptions {
  int64_t every_steps = 0;  // steps between two more saves of last.safetensors; 0: none
  int64_t every = 0;        // epochs between two that stay, epoch-030.safetensors; 0: none stay
  int64_t keep = 0;         // of those that stay, the newest so many; 0: all

  static Fields<CheckpointOptions> fields();
};

}  // namespace fovea
