// SPDX-License-Identifier: Apache-2.0
// Counts the work of a step.
#pragma once

#include "buffer_assignment.h"
#include "program.h"

#include <fovea/layers/step_info.h>

namespace fovea {

// For a batch of so many rows.
StepInfo describe_step(const Net& net, const Step& step, const BufferAssignment& buffers,
                       bool training, BatchRows rows);

}  // namespace fovea
