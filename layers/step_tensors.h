// SPDX-License-Identifier: Apache-2.0
// The tensors that the steps of a program work on: views into one arena and into the net's own.
#pragma once

#include "buffer_assignment.h"
#include "program.h"

#include <fovea/core/tensor.h>
#include <fovea/layers/net.h>

#include <memory>
#include <vector>

namespace fovea {

// Of one step.
struct FOVEA_LOCAL StepTensors {
  std::vector<Tensor> inputs, parameters, rounded, saved, input_gradients, parameter_gradients;
  Tensor output, output_gradient;
  std::vector<Tensor> addends;  // empty, or what must be added to input_gradients of the same index
};

class FOVEA_LOCAL BoundSteps {
 public:
  // Takes the arena, on the net's device. `trained`: the same net where it is trained, else null.
  // `rounded`: it keeps weights that are rounded. All must outlive it.
  BoundSteps(const Net& net, Net* trained, bool rounded, const std::vector<Step>& steps,
             const BufferAssignment& buffers);

  // Makes all views anew for a batch of so many rows; before any use.
  void bind(BatchRows rows);
  BatchRows rows() const { return rows_; }
  StepTensors& operator[](size_t step) { return tensors_[step]; }
  StepTensors& last() { return tensors_.back(); }
  Tensor& losses() { return losses_; }

 private:
  Tensor at(int buffer, const Shape& shape, DType dtype = DType::f32) const;
  Tensor value_at(int value) const;
  Tensor gradient_at(int value) const;
  void bind_parameters(size_t step, bool rounded);
  void bind_step(size_t step);
  void bind_saved(size_t step);

  const Net& net_;
  Net* trained_;
  const std::vector<Step>& steps_;
  const BufferAssignment& buffers_;
  std::shared_ptr<Storage> arena_;
  std::vector<StepTensors> tensors_;
  Tensor losses_;
  BatchRows rows_ = 0;
};

}  // namespace fovea
