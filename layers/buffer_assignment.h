// SPDX-License-Identifier: Apache-2.0
// Which buffer each value, gradient and saved tensor of a program uses, and where it lies in the
// arena.
#pragma once

#include "memory_plan.h"
#include "program.h"

#include <fovea/layers/net.h>

#include <optional>
#include <vector>

namespace fovea {

// Time runs 0 .. S - 1 through the forward steps; training goes on with the loss at S and the
// backward of step i at 2 S - i. Indices are into `offsets`; -1 where there is no buffer.
struct BufferAssignment {
  std::vector<int> values;              // per value; the input (0) has none: it is the caller's
  std::vector<int> gradients;           // per value, of those whose gradient is wanted
  std::vector<std::vector<int>> saved;  // per step
  std::vector<std::vector<int>>
      addends;  // per step and input: where a gradient goes that must be added to another's
  int losses = -1;
  std::vector<size_t> offsets;
  size_t bytes = 0;
};

BufferAssignment assign_buffers(const Net& net, const std::vector<Step>& steps, bool training,
                                BatchRows batch);

}  // namespace fovea
