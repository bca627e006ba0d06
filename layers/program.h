// SPDX-License-Identifier: Apache-2.0
// A net lowered to the steps that are run: some layers are fused into their neighbours.
#pragma once

#include <fovea/layers/net.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace fovea {

// One call of a layer. Values are numbered as in the net: 0 is the input, i + 1 the output of node
// i.
struct Step {
  std::shared_ptr<const Layer> layer;
  uint32_t node = 0;  // whose output this is
  std::vector<int> inputs;
  int output = 0;
  std::vector<int> parameters;
  bool relu_output = false;  // forward applies the ReLU that followed
  bool relu_input = false;   // backward applies the gradient of the ReLU that made inputs[0]

  bool backward_needs_input() const;
  bool backward_needs_output() const;
};

// The steps of a net, in order. With `fuse`
// - a ReLU goes into the epilogue of the layer before and, when training, its gradient into the
// backward of the layer
//   after, where both can and nobody else reads the values in between;
// - LRN across channels and the max pooling that follows become one step.
std::vector<Step> lower(const Net& net, bool training, bool fuse);

// Bytes of scratch that the step which needs most takes for a batch of so many rows.
size_t largest_workspace(const Net& net, const Context& ctx, const std::vector<Step>& steps,
                         BatchRows batch);

}  // namespace fovea
