// SPDX-License-Identifier: Apache-2.0
#include "cuda/ops.h"
#include "cuda/tensor_core/conv2d.h"
#include "cuda/tensor_core/passes.h"
#include "cuda/tensor_core/window_operands.cuh"

#include <algorithm>
#include <limits>

namespace fovea::cuda::tensor_core {
namespace {

int whole_chunks(int channels, int chunk) { return (channels + chunk - 1) / chunk * chunk; }

Windows windows_of(const Conv2dParams& params, const Shape& x, const Shape& w, int chunk) {
  Windows g{conv_geometry(params, x, w)};
  g.c = g.patches.group_channels;
  g.k = g.outputs / g.groups;
  g.c_stored = whole_chunks(g.c, chunk);
  g.k_stored = whole_chunks(g.k, chunk);
  return g;
}

// What the kernels here are made for; the fp32 kernels take the rest. Padding channels to whole
// chunks makes images and filters eight times as large at most.
bool fits(const Conv2dParams& params, const Shape& x, const Shape& w) {
  const ConvGeometry g = conv_geometry(params, x, w);
  const Patches& p = g.patches;
  const int64_t padded = (int64_t{p.height} + p.top + int64_t{p.kernel_h} * p.dilation_h) *
                         (int64_t{p.width} + p.left + int64_t{p.kernel_w} * p.dilation_w);
  const int64_t filter = int64_t{p.kernel_h} * p.kernel_w * std::max(p.channels, g.outputs);
  return p.kernel_h <= kMostTaps && p.kernel_w <= kMostTaps &&
         std::max(padded * std::max(p.channels, g.outputs), filter) * Bf16::kChunk <
             std::numeric_limits<int32_t>::max();
}

// Calls body(format) with the context's.
template <class Body>
auto with_format(const Context& ctx, Body body) {
  return ctx.precision() == Precision::bf16 ? body(Bf16()) : body(Tf32());
}

}  // namespace

size_t conv2d_workspace(const Context& ctx, const Conv2dParams& params, const Shape& x,
                        const Shape& w) {
  if (!fits(params, x, w)) return cuda::conv2d_workspace(ctx, params, x, w);
  return with_format(ctx, [&]<class Format>(Format) {
    const Windows g = windows_of(params, x, w, Format::kChunk);
    return std::max({forward_bytes<Format>(g), data_gradient_bytes<Format>(g),
                     weight_gradient_bytes<Format>(ctx, g), bias_gradient_bytes(g)});
  });
}

void conv2d_forward(Context& ctx, const Conv2dParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  if (!fits(params, x.shape(), w.shape())) return cuda::conv2d_forward(ctx, params, x, w, b, y);
  with_format(ctx, [&]<class Format>(Format) {
    forward<Format>(ctx, windows_of(params, x.shape(), w.shape(), Format::kChunk), x, w, b,
                    params.relu, y);
  });
}

void conv2d_data_gradient(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                          const Weight& w, const Tensor& relu_output, Tensor& dx) {
  if (!fits(params, dx.shape(), w.shape())) {
    return cuda::conv2d_data_gradient(ctx, params, dy, w, relu_output, dx);
  }
  with_format(ctx, [&]<class Format>(Format) {
    data_gradient<Format>(ctx, windows_of(params, dx.shape(), w.shape(), Format::kChunk), dy, w,
                          relu_output, dx);
  });
}

void conv2d_weight_gradient(Context& ctx, const Conv2dParams& params, const Tensor& x,
                            const Tensor& dy, Tensor& dw, Tensor& db) {
  if (!fits(params, x.shape(), dw.shape())) {
    return cuda::conv2d_weight_gradient(ctx, params, x, dy, dw, db);
  }
  with_format(ctx, [&]<class Format>(Format) {
    const Windows g = windows_of(params, x.shape(), dw.shape(), Format::kChunk);
    weight_gradient<Format>(ctx, g, x, dy, dw);
    if (db) bias_gradient(ctx, g, dy, db);
  });
}

}  // namespace fovea::cuda::tensor_core
