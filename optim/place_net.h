// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fovea/layers/placement.h>

namespace fovea {

// A rank's part of a net that a config describes: ConfigError when it cannot be divided so.
PlacedNet place_net(const Net& whole, Placement placement, const RankPlace& place);

}  // namespace fovea
