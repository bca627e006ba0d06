// SPDX-License-Identifier: Apache-2.0
// The three passes of convolution and linear layers as matrix products, on device pointers. A
// linear layer is a convolution of one pixel.
#pragma once

#include "cuda/gemm/patches.cuh"

#include <fovea/core/context.h>
#include <fovea/kernels/conv2d.h>

#include <cstddef>

namespace fovea::cuda {

struct ConvGeometry {
  Patches patches;  // of x
  int outputs = 1, groups = 1;
};

// Throws ArgumentError for more than 32-bit indices of one image or one filter can reach.
ConvGeometry conv_geometry(const Conv2dParams& params, const Shape& x, const Shape& w);
ConvGeometry linear_geometry(int64_t batch, int64_t in, int64_t out);

// Workspace bytes that any of the passes needs at most.
size_t product_workspace(const Context& ctx, const ConvGeometry& g);

void forward_product(Context& ctx, const char* op, const ConvGeometry& g, const float* x,
                     const float* w, const float* bias, bool relu, float* y);
// relu_output: may be null.
void data_gradient_product(Context& ctx, const char* op, const ConvGeometry& g, const float* dy,
                           const float* w, const float* relu_output, float* dx);
// db: may be null.
void weight_gradient_product(Context& ctx, const char* op, const ConvGeometry& g, const float* x,
                             const float* dy, float* dw, float* db);

// Of dy alone.
void bias_gradient_product(Context& ctx, const char* op, const ConvGeometry& g, const float* dy,
                           float* db);

}  // namespace fovea::cuda
