// SPDX-License-Identifier: Apache-2.0
// A run that only shows that it can begin.
#pragma once

#include "arguments.h"

#include <fovea/optim/training_run.h>

namespace fovea::app {

// Writes batch.png and batch.html, takes two steps, and tells of data, net, memory and both: the
// exit code.
int dry_run(TrainingRun& run, const TrainArguments& arguments);

}  // namespace fovea::app
