// SPDX-License-Identifier: Apache-2.0
#include "buffer_assignment.h"

#include <algorithm>

namespace fovea {

namespace {

class Assigner {
 public:
  Assigner(const Net& net, const std::vector<Step>& steps, bool training, BatchRows batch)
      : net_(net),
        steps_(steps),
        training_(training),
        batch_(batch),
        last_step_(static_cast<int>(steps.size())) {
    const size_t values = net.nodes().size() + 1;
    result_.values.assign(values, -1);
    result_.gradients.assign(values, -1);
    consumers_.assign(values, 0);
    wants_gradient_.assign(values, false);
    for (const Step& step : steps) {
      for (const int value : step.inputs) consumers_[index(value)]++;
    }
  }

  BufferAssignment run() {
    for (int i = 0; i < last_step_; i++) assign_forward(i);
    const int output = steps_.back().output;
    if (training_) {
      extend(result_.values[index(output)],
             backward_time(0));  // whoever asked for the step reads it
      mark_wanted_gradients();
      for (int i = last_step_ - 1; i >= 0; i--) assign_backward(i);
      result_.losses = new_buffer(losses_bytes(), last_step_);
      extend(result_.losses, backward_time(0));
    }
    MemoryPlan plan = plan_memory(requests_);
    result_.offsets = std::move(plan.offsets);
    result_.bytes = plan.bytes;
    return std::move(result_);
  }

 private:
  static size_t index(int value) { return static_cast<size_t>(value); }
  int backward_time(int step) const { return 2 * last_step_ - step; }

  size_t bytes_of(int value) const {
    return static_cast<size_t>(net_.value_shape(value, batch_).elements()) * sizeof(float);
  }

  // One for each row of the output.
  size_t losses_bytes() const {
    const Shape output = net_.value_shape(steps_.back().output, batch_);
    return static_cast<size_t>(output[0]) * sizeof(float);
  }

  int new_buffer(size_t bytes, int time) {
    requests_.push_back({bytes, time, time});
    return static_cast<int>(requests_.size()) - 1;
  }

  void extend(int buffer, int time) {
    if (buffer < 0) return;
    BufferRequest& request = requests_[static_cast<size_t>(buffer)];
    request.first = std::min(request.first, time);
    request.last = std::max(request.last, time);
  }

  // Whether the step may write its output over its first input: nobody reads that input any more.
  bool may_overwrite_input(int i) const {
    const Step& step = steps_[static_cast<size_t>(i)];
    const int input = step.inputs[0];
    if (!step.layer->traits().in_place || input == 0 || consumers_[index(input)] != 1) return false;
    if (!training_) return true;
    const auto maker = std::find_if(steps_.begin(), steps_.end(),
                                    [&](const Step& s) { return s.output == input; });
    return !step.backward_needs_input() && !maker->backward_needs_output();
  }

  void assign_forward(int i) {
    const Step& step = steps_[static_cast<size_t>(i)];
    int& output = result_.values[index(step.output)];
    output = may_overwrite_input(i) ? result_.values[index(step.inputs[0])]
                                    : new_buffer(bytes_of(step.output), i);
    extend(output, i);
    for (const int value : step.inputs) extend(result_.values[index(value)], i);
    result_.saved.emplace_back();
    result_.addends.emplace_back(step.inputs.size(), -1);
    if (!training_) return;
    for (const SavedSpec& spec : step.layer->saved(net_.value_shapes(step.inputs, batch_))) {
      const int buffer =
          new_buffer(static_cast<size_t>(spec.shape.elements()) * size_of(spec.dtype), i);
      extend(buffer, backward_time(i));
      result_.saved.back().push_back(buffer);
    }
  }

  // A value's gradient is wanted when a parameter lies behind it. Layers of several inputs get room
  // for all of them.
  void mark_wanted_gradients() {
    for (const Step& step : steps_) {
      bool behind = !step.parameters.empty();
      for (const int value : step.inputs) behind = behind || wants_gradient_[index(value)];
      wants_gradient_[index(step.output)] = behind;
    }
    for (const Step& step : steps_) {
      if (step.inputs.size() < 2) continue;
      for (const int value : step.inputs) wants_gradient_[index(value)] = true;
    }
  }

  void assign_backward(int i) {
    const Step& step = steps_[static_cast<size_t>(i)];
    const int time = backward_time(i);
    int& output_gradient = result_.gradients[index(step.output)];
    if (step.output == steps_.back().output) {
      output_gradient = new_buffer(bytes_of(step.output), last_step_);
    }
    extend(output_gradient, time);
    if (step.backward_needs_output()) extend(result_.values[index(step.output)], time);
    for (size_t k = 0; k < step.inputs.size(); k++) {
      const int value = step.inputs[k];
      if (step.backward_needs_input()) extend(result_.values[index(value)], time);
      if (!wants_gradient_[index(value)]) continue;
      int& gradient = result_.gradients[index(value)];
      if (gradient >= 0) {  // another consumer's share is there already
        result_.addends[static_cast<size_t>(i)][k] = new_buffer(bytes_of(value), time);
      } else if (step.layer->traits().in_place && step.inputs.size() == 1 &&
                 consumers_[index(value)] == 1) {
        gradient = output_gradient;
      } else {
        gradient = new_buffer(bytes_of(value), time);
      }
      extend(gradient, time);
    }
  }

  const Net& net_;
  const std::vector<Step>& steps_;
  bool training_;
  BatchRows batch_;
  int last_step_;
  std::vector<int> consumers_;
  std::vector<bool> wants_gradient_;
  std::vector<BufferRequest> requests_;
  BufferAssignment result_;
};

}  // namespace

BufferAssignment assign_buffers(const Net& net, const std::vector<Step>& steps, bool training,
                                BatchRows batch) {
  return Assigner(net, steps, training, batch).run();
}

}  // namespace fovea
