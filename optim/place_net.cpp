// SPDX-License-Identifier: Apache-2.0
#include "place_net.h"

#include <fovea/core/error.h>

namespace fovea {

PlacedNet place_net(const Net& whole, Placement placement, const RankPlace& place) {
  try {
    return PlacedNet(whole, placement, place);
  } catch (const ArgumentError& error) {
    throw ConfigError(error.what());
  }
}

}  // namespace fovea
