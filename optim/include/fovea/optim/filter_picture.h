// SPDX-License-Identifier: Apache-2.0
// The filters of a net's first convolution as a picture: what a net learns to look for.
#pragma once

#include <fovea/data/image.h>
#include <fovea/layers/net.h>

#include <optional>
#include <string>

namespace FOVEA_API fovea {

struct FilterPicture {
  std::string layer;  // "conv1"
  Image image;
};

// All filters in rows, each stretched to the whole range of brightness, magnified, with transparent
// lines between (RGBA); a few MB at most, for that the last ones are left out. None when the net's
// first layer with weights is not a convolution of pictures with 1 or 3 channels.
std::optional<FilterPicture> draw_filters(const Net& net);

}  // namespace fovea
