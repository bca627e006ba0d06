// SPDX-License-Identifier: Apache-2.0
// Finds the idx images in a folder as MNIST is published.
#pragma once

#include <fovea/data/dataset.h>

#include <string>

namespace fovea::detail {

// Whether there is a file whose name holds "images" and "idx3".
bool has_idx_images(const std::string& folder);

// The one file whose name holds "images" and "idx3"; of several the one that begins with "train"
// (Split::train) or "t10k", "test" or "val" (Split::val). Throws DataError when there is none, or
// more than one.
std::string find_idx_images(const std::string& folder, Split split);

}  // namespace fovea::detail
