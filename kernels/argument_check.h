// SPDX-License-Identifier: Apache-2.0
// Checks of tensors at the ops' public entries. Each throws ArgumentError naming the op, the
// argument, what it is and what it should be.
#pragma once

#include <fovea/core/tensor.h>

#include <string>

namespace fovea::detail {

[[noreturn]] void argument_error(const char* op, const std::string& what);

// A tensor of this type, not empty.
void check_type(const char* op, const char* name, const Tensor& tensor, DType type);
inline void check_f32(const char* op, const char* name, const Tensor& tensor) {
  check_type(op, name, tensor, DType::f32);
}

void check_rank(const char* op, const char* name, const Tensor& tensor, int rank,
                const char* meaning);
void check_shape(const char* op, const char* name, const Tensor& tensor, const Shape& wanted);

// An f32 tensor of this shape.
void check_f32_shape(const char* op, const char* name, const Tensor& tensor, const Shape& wanted);

// `relu_output`, where given, is f32 of this shape.
void check_relu_output(const char* op, const Tensor& relu_output, const Shape& wanted);

}  // namespace fovea::detail
