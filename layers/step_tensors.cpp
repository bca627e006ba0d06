// SPDX-License-Identifier: Apache-2.0
#include "step_tensors.h"

namespace fovea {

BoundSteps::BoundSteps(const Net& net, Net* trained, bool rounded, const std::vector<Step>& steps,
                       const BufferAssignment& buffers)
    : net_(net),
      trained_(trained),
      steps_(steps),
      buffers_(buffers),
      arena_(Storage::allocate(buffers.bytes, net.device())),
      tensors_(steps.size()) {
  if (rounded) trained->keep_rounded();
  for (size_t i = 0; i < steps.size(); i++) bind_parameters(i, rounded);
}

void BoundSteps::bind(BatchRows rows) {
  rows_ = rows;
  for (size_t i = 0; i < steps_.size(); i++) bind_step(i);
  losses_ = at(buffers_.losses, Shape{last().output.shape()[0]});
}

Tensor BoundSteps::at(int buffer, const Shape& shape, DType dtype) const {
  if (buffer < 0) return {};
  return Tensor(arena_, buffers_.offsets[static_cast<size_t>(buffer)], shape, dtype);
}

Tensor BoundSteps::value_at(int value) const {
  return at(buffers_.values[static_cast<size_t>(value)], net_.value_shape(value, rows_));
}

Tensor BoundSteps::gradient_at(int value) const {
  return at(buffers_.gradients[static_cast<size_t>(value)], net_.value_shape(value, rows_));
}

void BoundSteps::bind_parameters(size_t step, bool rounded) {
  StepTensors& t = tensors_[step];
  for (const int p : steps_[step].parameters) {
    const Parameter& parameter = net_.parameters()[static_cast<size_t>(p)];
    t.parameters.push_back(net_.value(parameter));
    if (trained_) t.parameter_gradients.push_back(trained_->gradient(parameter));
    if (rounded) t.rounded.push_back(trained_->rounded_value(parameter));
  }
}

void BoundSteps::bind_step(size_t i) {
  const Step& step = steps_[i];
  StepTensors& t = tensors_[i];
  t.inputs.clear();
  t.input_gradients.clear();
  t.addends.clear();
  for (size_t k = 0; k < step.inputs.size(); k++) {
    const int value = step.inputs[k];
    t.inputs.push_back(value_at(value));
    const int addend = buffers_.addends[i][k];
    const Tensor total = gradient_at(value);
    t.input_gradients.push_back(addend < 0 ? total : at(addend, net_.value_shape(value, rows_)));
    t.addends.push_back(addend < 0 ? Tensor() : total);
  }
  t.output = value_at(step.output);
  t.output_gradient = gradient_at(step.output);
  bind_saved(i);
}

void BoundSteps::bind_saved(size_t step) {
  const std::vector<SavedSpec> specs =
      steps_[step].layer->saved(net_.value_shapes(steps_[step].inputs, rows_));
  std::vector<Tensor>& saved = tensors_[step].saved;
  saved.resize(specs.size());
  for (size_t k = 0; trained_ && k < specs.size(); k++)
    saved[k] = at(buffers_.saved[step][k], specs[k].shape, specs[k].dtype);
}

}  // namespace fovea
