// SPDX-License-Identifier: Apache-2.0
// Counts the work of steps.
#pragma once

#include "buffer_assignment.h"
#include "program.h"

#include <fovea/layers/step_info.h>

#include <vector>

namespace fovea {

// For a batch of so many rows.
std::vector<StepInfo> describe_steps(const Net& net, const std::vector<Step>& steps,
                                     const BufferAssignment& buffers, bool training,
                                     BatchRows rows);

}  // namespace fovea
