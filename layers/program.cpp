// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include "lrn_max_pool2d.h"

#include <fovea/layers/activation.h>
#include <fovea/layers/lrn.h>
#include <fovea/layers/pool2d.h>

#include <algorithm>

namespace fovea {

bool Step::backward_needs_input() const {
  return layer->traits().backward_needs_input || (relu_input && !layer->traits().in_place);
}

bool Step::backward_needs_output() const {
  return layer->traits().backward_needs_output || (relu_input && layer->traits().in_place);
}

namespace {

using Steps = std::vector<Step>;

Steps one_step_per_node(const Net& net) {
  Steps steps;
  for (size_t i = 0; i < net.nodes().size(); i++) {
    const Node& node = net.nodes()[i];
    steps.push_back({node.layer, static_cast<uint32_t>(i), node.inputs, static_cast<int>(i) + 1,
                     node.parameters});
  }
  return steps;
}

Step* producer_of(Steps& steps, int value) {
  const auto it =
      std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.output == value; });
  return it == steps.end() ? nullptr : &*it;
}

// The one step that reads a value, as its first input; null when there are none or several.
Step* only_consumer_of(Steps& steps, int value) {
  Step* found = nullptr;
  for (Step& step : steps) {
    const auto reads = std::count(step.inputs.begin(), step.inputs.end(), value);
    if (reads == 0) continue;
    if (found || reads > 1 || step.inputs[0] != value) return nullptr;
    found = &step;
  }
  return found;
}

bool is_relu(const Step& step) {
  const auto* layer = dynamic_cast<const ActivationLayer*>(step.layer.get());
  return layer && layer->kind() == Activation::relu;
}

bool fuse_relu(Steps& steps, Step& relu, bool training) {
  Step* before = producer_of(steps, relu.inputs[0]);
  if (!before || before->relu_output || !before->layer->traits().relu_epilogue) return false;
  if (only_consumer_of(steps, relu.inputs[0]) != &relu) return false;
  if (training) {
    Step* after = only_consumer_of(steps, relu.output);
    if (!after || !after->layer->traits().relu_input_gradient) return false;
    after->relu_input = true;
  }
  before->relu_output = true;
  before->output = relu.output;
  return true;
}

bool fuse_lrn_max_pool(Steps& steps, Step& pool) {
  const auto* pool_layer = dynamic_cast<const MaxPool2dLayer*>(pool.layer.get());
  Step* before = pool_layer ? producer_of(steps, pool.inputs[0]) : nullptr;
  const auto* lrn_layer = before ? dynamic_cast<const LrnLayer*>(before->layer.get()) : nullptr;
  if (!lrn_layer || !lrn_max_pool2d_exists(lrn_layer->params(), pool_layer->params())) return false;
  if (only_consumer_of(steps, pool.inputs[0]) != &pool) return false;
  before->layer = std::make_shared<LrnMaxPool2dLayer>(lrn_layer->params(), pool_layer->params());
  before->node = pool.node;
  before->output = pool.output;
  return true;
}

}  // namespace

Steps lower(const Net& net, bool training, bool fuse) {
  Steps steps = one_step_per_node(net);
  if (!fuse) return steps;
  for (size_t i = 0; i < steps.size();) {
    const bool gone = (is_relu(steps[i]) && fuse_relu(steps, steps[i], training)) ||
                      fuse_lrn_max_pool(steps, steps[i]);
    if (gone) {
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      i++;
    }
  }
  return steps;
}

size_t largest_workspace(const Net& net, const Context& ctx, const std::vector<Step>& steps,
                         BatchRows batch) {
  size_t bytes = 0;
  for (const Step& step : steps)
    bytes = std::max(bytes, step.layer->workspace(ctx, net.value_shapes(step.inputs, batch)));
  return bytes;
}

}  // namespace fovea
