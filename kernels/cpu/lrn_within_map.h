// SPDX-License-Identifier: Apache-2.0
// Local response normalisation over windows of one map's pixels.
#pragma once

#include <fovea/kernels/lrn.h>

namespace fovea::cpu {

LrnForward lrn_within_map;
LrnBackward lrn_within_map_gradient;

}  // namespace fovea::cpu
