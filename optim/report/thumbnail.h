// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fovea/data/image.h>

#include <cstdint>

namespace fovea::detail {

// The picture, made smaller by a whole factor so that no side is longer than `side`: means of
// squares of pixels.
Image thumbnail(const Image& image, int64_t side);

}  // namespace fovea::detail
