// SPDX-License-Identifier: Apache-2.0
// What a run's ranks say to each other, measured.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>

namespace FOVEA_API fovea {

// Of one rank, since the run's start.
struct CommunicationTotals {
  int64_t bytes = 0;       // sent, as Communicator::bytes_sent() counts
  double seconds = 0;      // spent on sums over the ranks, waiting for the others included
  double exposed = 0;      // of these, seconds in which the rank could compute nothing meanwhile
  int64_t steps = 0;       // of the run so far
  double run_seconds = 0;  // that it took, with its validation and saves

  int64_t bytes_per_step() const { return steps > 0 ? bytes / steps : 0; }
  double share() const { return run_seconds > 0 ? seconds / run_seconds : 0; }
  double exposed_share() const { return run_seconds > 0 ? exposed / run_seconds : 0; }
};

}  // namespace fovea
