// SPDX-License-Identifier: Apache-2.0
#include "backward_parts.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <functional>

namespace fovea {
namespace {

// The last of the backward steps that make gradients from an element on.
size_t last_step_of(const Net& net, const std::vector<Step>& steps, int64_t begin) {
  for (size_t i = 0; i < steps.size(); i++) {
    for (const int p : steps[i].parameters) {
      const Parameter& parameter = net.parameters()[static_cast<size_t>(p)];
      const auto offset = static_cast<int64_t>(parameter.offset);
      if (offset + parameter.spec.shape.elements() > begin) return i;
    }
  }
  return 0;
}

}  // namespace

std::vector<size_t> backward_part_ends(const Net& net, const std::vector<Step>& steps,
                                       const std::vector<int64_t>& begins) {
  if (begins.empty() || begins.back() != 0 || !std::ranges::is_sorted(begins, std::greater()))
    throw ArgumentError("execution: parts of backward must descend to element 0");
  std::vector<size_t> ends;
  for (const int64_t begin : begins) {
    const size_t step = begin == 0 ? 0 : last_step_of(net, steps, begin);
    ends.push_back(ends.empty() ? step : std::min(step, ends.back()));
  }
  return ends;
}

}  // namespace fovea
