// SPDX-License-Identifier: Apache-2.0
// Where backward can be cut, so that something is done with the gradients of the last layers while
// those of the first are computed.
#pragma once

#include "program.h"

#include <vector>

namespace fovea {

// Part i makes what is missing of the elements of net.gradients() from begins[i] on: the last step
// of each part, on the way back. Throws ArgumentError unless `begins` descends to 0.
std::vector<size_t> backward_part_ends(const Net& net, const std::vector<Step>& steps,
                                       const std::vector<int64_t>& begins);

}  // namespace fovea
