// SPDX-License-Identifier: Apache-2.0
// Tells data sets apart without reading all of them.
#pragma once

#include <fovea/data/dataset.h>

#include <string>

namespace FOVEA_API fovea {

// SHA-256, as hex digits, of a data set's size, picture extents, class names, all labels, and the
// pixels of 64 pictures spread evenly over it, as they are stored. Throws DataError when one of
// these cannot be read.
std::string fingerprint(const Dataset& dataset);

}  // namespace fovea
