// SPDX-License-Identifier: Apache-2.0
// Which samples of a data set are of which class.
#pragma once

#include <fovea/data/dataset.h>

#include <cstdint>
#include <vector>

namespace fovea::detail {

// For each class its samples, ascending.
std::vector<std::vector<uint32_t>> class_members(const Dataset& dataset);

}  // namespace fovea::detail
