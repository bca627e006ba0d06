// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"

#include <fovea/core/error.h>

namespace fovea::detail {

void argument_error(const char* op, const std::string& what) {
  throw ArgumentError(std::string(op) + ": " + what);
}

void check_type(const Op& op, const char* name, const Tensor& tensor, DType type) {
  const std::string wanted(name_of(type));
  if (tensor.empty()) {
    argument_error(op, std::string(name) + " is empty; pass a tensor of " + wanted);
  }
  if (tensor.dtype() != type) {
    argument_error(op, std::string(name) + " holds " + std::string(name_of(tensor.dtype())) +
                           "; it must hold " + wanted);
  }
  if (tensor.device() != op.device) {
    argument_error(op, std::string(name) + " lies on " + tensor.device().to_string() +
                           "; it must lie on the context's device, " + op.device.to_string());
  }
}

void check_rank(const Op& op, const char* name, const Tensor& tensor, int rank,
                const char* meaning) {
  if (tensor.shape().rank() != rank) {
    argument_error(op, std::string(name) + " has shape " + tensor.shape().to_string() +
                           "; it must have " + std::to_string(rank) + " axes, " + meaning);
  }
}

void check_shape(const Op& op, const char* name, const Tensor& tensor, const Shape& wanted) {
  if (tensor.shape() != wanted) {
    argument_error(op, std::string(name) + " has shape " + tensor.shape().to_string() +
                           "; it must have shape " + wanted.to_string());
  }
}

void check_f32_shape(const Op& op, const char* name, const Tensor& tensor, const Shape& wanted) {
  check_f32(op, name, tensor);
  check_shape(op, name, tensor, wanted);
}

void check_output(const Op& op, const char* name, const Tensor& tensor, const Shape& wanted,
                  DType type) {
  check_type(op, name, tensor, type);
  check_shape(op, name, tensor, wanted);
  tensor.count_write();
}

void check_weight(const Op& op, const Weight& w) {
  check_f32(op, "w", w);
  if (!w.rounded) return;
  check_type(op, "w.rounded", w.rounded, DType::bf16);
  check_shape(op, "w.rounded", w.rounded, w.shape());
}

void check_relu_output(const Op& op, const Tensor& relu_output, const Shape& wanted) {
  if (relu_output) check_f32_shape(op, "relu_output", relu_output, wanted);
}

}  // namespace fovea::detail
