// SPDX-License-Identifier: Apache-2.0
// Checks of tensors at the ops' public entries. Each throws ArgumentError naming the op, the
// argument, what it is and what it should be.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>
#include <fovea/kernels/weight.h>

#include <string>

namespace fovea::detail {

// An op that is called, and the device that all its tensors must lie on.
struct Op {
  const char* name;
  Device device;

  Op(const char* name, const Context& ctx) : name(name), device(ctx.device()) {}
  Op(const char* name, Device device) : name(name), device(device) {}
};

[[noreturn]] void argument_error(const char* op, const std::string& what);
[[noreturn]] inline void argument_error(const Op& op, const std::string& what) {
  argument_error(op.name, what);
}

// A tensor of this type, not empty, on the op's device.
void check_type(const Op& op, const char* name, const Tensor& tensor, DType type);
inline void check_f32(const Op& op, const char* name, const Tensor& tensor) {
  check_type(op, name, tensor, DType::f32);
}

void check_rank(const Op& op, const char* name, const Tensor& tensor, int rank,
                const char* meaning);
void check_shape(const Op& op, const char* name, const Tensor& tensor, const Shape& wanted);

// An f32 tensor of this shape.
void check_f32_shape(const Op& op, const char* name, const Tensor& tensor, const Shape& wanted);

// What the op writes, of this shape, f32 where no type is given; the write is counted
// (Tensor::writes()).
void check_output(const Op& op, const char* name, const Tensor& tensor, const Shape& wanted,
                  DType type = DType::f32);

// Weights, f32, and what is rounded of them, where given, bf16 of the same shape.
void check_weight(const Op& op, const Weight& w);

// `relu_output`, where given, is f32 of this shape.
void check_relu_output(const Op& op, const Tensor& relu_output, const Shape& wanted);

}  // namespace fovea::detail
