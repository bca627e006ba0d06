// SPDX-License-Identifier: Apache-2.0
// Divides a net over ranks: what each layer computes on a rank, and what is exchanged in between.
#pragma once

#include <fovea/layers/placement.h>

#include <vector>

namespace fovea {

// A rank's nodes, in order.
struct NetDivision {
  struct Origin {
    int node = -1;  // of the whole net; -1: an exchange
    GradientShare share = GradientShare::equal;
  };
  std::vector<Node> nodes;
  std::vector<Origin> origins;  // one for each
};

// Throws LayerError naming the layer that cannot be divided.
NetDivision divide_net(const Net& whole, Placement placement, const RankPlace& place);

}  // namespace fovea
