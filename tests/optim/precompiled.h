// SPDX-License-Identifier: Apache-2.0
// What most tests of training include; each includes it itself as well.
#pragma once

#include "../precompiled.h"
#include "support/tiny_run.h"

#include <fovea/optim/evaluate.h>
#include <fovea/optim/predictor.h>
#include <fovea/optim/run_recorder.h>
#include <fovea/optim/trainer.h>
