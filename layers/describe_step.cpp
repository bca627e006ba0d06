// SPDX-License-Identifier: Apache-2.0
#include "describe_step.h"

#include "exchange.h"

#include <fovea/layers/flatten.h>

#include <algorithm>

namespace fovea {

namespace {

constexpr int64_t kFloat = sizeof(float);

class Counter {
 public:
  Counter(const Net& net, const Step& step, const BufferAssignment& buffers, BatchRows rows)
      : net_(net), step_(step), buffers_(buffers), rows_(rows) {}

  // The nodes that the step computes, in order: from its output back to its inputs.
  std::vector<const Node*> nodes() const {
    std::vector<const Node*> found;
    for (int value = step_.output; !reads(value);) {
      const Node& node = net_.nodes()[static_cast<size_t>(value) - 1];
      found.insert(found.begin(), &node);
      value = node.inputs[0];
    }
    return found;
  }

  StepWork forward(bool training) const {
    if (is_view(buffers_.values)) return {};
    const int64_t saved = training ? saved_bytes() : 0;
    return {macs(), inputs() + parameters() + bytes_of(step_.output) + saved, sent(Pass::forward)};
  }

  StepWork backward() const {
    if (buffers_.gradients[static_cast<size_t>(step_.output)] < 0) return {};  // nothing is wanted
    if (is_view(buffers_.gradients)) return {};
    const int64_t gradients = input_gradients();
    StepWork work{0, bytes_of(step_.output) + gradients + saved_bytes()};
    if (gradients > 0) work.sent = sent(Pass::backward);
    if (gradients > 0) {
      work.macs += macs();
      work.bytes += parameters();
    }
    if (!step_.parameters.empty()) {
      work.macs += macs();
      work.bytes += parameters();  // their gradients
    }
    if (step_.backward_needs_input()) work.bytes += inputs();
    if (step_.backward_needs_output()) work.bytes += bytes_of(step_.output);
    return work;
  }

 private:
  // Another shape of the same memory: nothing moves.
  bool is_view(const std::vector<int>& places) const {
    return dynamic_cast<const FlattenLayer*>(step_.layer.get()) != nullptr &&
           places[static_cast<size_t>(step_.inputs[0])] ==
               places[static_cast<size_t>(step_.output)];
  }
  bool reads(int value) const {
    return std::ranges::find(step_.inputs, value) != step_.inputs.end();
  }
  int64_t bytes_of(int value) const { return net_.value_shape(value, rows_).elements() * kFloat; }

  int64_t macs() const {
    int64_t sum = 0;
    for (const Node* node : nodes()) sum += node->layer->macs(net_.input_shapes(*node, rows_));
    return sum;
  }

  // To other ranks.
  int64_t sent(Pass pass) const {
    const auto* exchange = dynamic_cast<const ExchangeLayer*>(step_.layer.get());
    return exchange ? exchange->sent(pass, net_.value_shape(step_.inputs[0], rows_)) : 0;
  }

  int64_t inputs() const {
    int64_t sum = 0;
    for (const int value : step_.inputs) sum += bytes_of(value);
    return sum;
  }

  int64_t input_gradients() const {
    int64_t sum = 0;
    for (const int value : step_.inputs) {
      if (buffers_.gradients[static_cast<size_t>(value)] >= 0) sum += bytes_of(value);
    }
    return sum;
  }

  int64_t parameters() const {
    int64_t sum = 0;
    for (const int p : step_.parameters)
      sum += net_.parameters()[static_cast<size_t>(p)].spec.shape.elements() * kFloat;
    return sum;
  }

  int64_t saved_bytes() const {
    std::vector<Shape> shapes;
    for (const int value : step_.inputs) shapes.push_back(net_.value_shape(value, rows_));
    int64_t sum = 0;
    for (const SavedSpec& spec : step_.layer->saved(shapes))
      sum += spec.shape.elements() * static_cast<int64_t>(size_of(spec.dtype));
    return sum;
  }

  const Net& net_;
  const Step& step_;
  const BufferAssignment& buffers_;
  BatchRows rows_;
};

StepInfo describe_step(const Net& net, const Step& step, const BufferAssignment& buffers,
                       bool training, BatchRows rows) {
  const Counter counter(net, step, buffers, rows);
  StepInfo info;
  for (const Node* node : counter.nodes()) {
    if (info.type.empty()) info.type = node->type;
    info.name += (info.name.empty() ? "" : " + ") + node->name;
  }
  info.forward = counter.forward(training);
  if (training) info.backward = counter.backward();
  return info;
}

}  // namespace

std::vector<StepInfo> describe_steps(const Net& net, const std::vector<Step>& steps,
                                     const BufferAssignment& buffers, bool training,
                                     BatchRows rows) {
  std::vector<StepInfo> infos;
  for (const Step& step : steps) infos.push_back(describe_step(net, step, buffers, training, rows));
  return infos;
}

}  // namespace fovea
