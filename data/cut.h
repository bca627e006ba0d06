// SPDX-License-Identifier: Apache-2.0
// Cuts windows out of pictures.
#pragma once

#include <fovea/data/image.h>
#include <fovea/data/image_size.h>
#include <fovea/data/picture_view.h>

namespace fovea::detail {

// Makes `piece` the window of `size` at `corner`, with `fill` where the picture is not.
void cut(Corner corner, ImageSize size, int fill, const Image& picture, Image& piece);

}  // namespace fovea::detail
