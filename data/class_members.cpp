// SPDX-License-Identifier: Apache-2.0
#include "class_members.h"

namespace fovea {

std::vector<int64_t> class_sizes(const Dataset& dataset) {
  std::vector<int64_t> sizes(dataset.classes().size());
  for (int64_t i = 0; i < dataset.size(); i++) sizes[static_cast<size_t>(dataset.label(i))]++;
  return sizes;
}

}  // namespace fovea

namespace fovea::detail {

std::vector<std::vector<uint32_t>> class_members(const Dataset& dataset) {
  const std::vector<int64_t> sizes = class_sizes(dataset);
  std::vector<std::vector<uint32_t>> members(sizes.size());
  for (size_t c = 0; c < sizes.size(); c++) members[c].reserve(static_cast<size_t>(sizes[c]));
  for (int64_t i = 0; i < dataset.size(); i++)
    members[static_cast<size_t>(dataset.label(i))].push_back(static_cast<uint32_t>(i));
  return members;
}

}  // namespace fovea::detail
