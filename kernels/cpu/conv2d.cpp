// SPDX-License-Identifier: Apache-2.0
// Convolution on the CPU: what the packed GEMM is given for each of the three passes.
#include "cpu/gemm/data_gradient_phase.h"

#include <fovea/kernels/conv2d.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/conv2d.cpp"
#include <hwy/foreach_target.h>
//
#include "cpu/gemm/bias_gradient-inl.h"
#include "cpu/gemm/convolve-inl.h"
#include "cpu/gemm/weight_gradient-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// B of the forward pass: the weights, transposed.
struct PackForward {
  const float* w;
  Panels outputs;  // of one group
  int64_t depth;

  void operator()(int64_t group, int64_t panel, float* to) const {
    const int64_t output = group * outputs.columns + panel * kColumns;
    pack_transposed(depth, outputs.used(panel), outputs.width(panel), w + output * depth, depth,
                    to);
  }
};

// B of a phase of the data gradient: its taps in descending order, then the outputs.
struct PackTurned {
  const float* w;
  Panels channels;  // of one group
  int64_t outputs;  // of one group
  Extent2d kernel;
  PhaseAxis<int64_t> rows, columns;

  void operator()(int64_t group, int64_t panel, float* to) const {
    const int64_t width = channels.width(panel);
    for (int64_t i = 0; i < rows.taps; i++) {
      for (int64_t j = 0; j < columns.taps; j++) {
        const int64_t tap = (rows.tap - i * rows.step) * kernel.w + columns.tap - j * columns.step;
        const auto row = [&](int64_t o) {
          return w + ((group * outputs + o) * kernel.h * kernel.w + tap) * channels.columns +
                 panel * kColumns;
        };
        pack_rows(outputs, channels.used(panel), width, row, to);
        to += outputs * width;
      }
    }
  }
};

void conv2d_forward(Context& ctx, const Conv2dParams& params, const Tensor& x, const Tensor& w,
                    const Tensor& b, Tensor& y) {
  const PatchGeometry g = forward_geometry(params, x.shape(), w.shape());
  const int64_t outputs = w.shape()[0];
  const Convolution convolution(g, outputs / g.groups, ctx.threads());
  const PackForward pack{w.data<float>(), {outputs / g.groups}, g.depth()};
  convolution.run(ctx, x.data<float>(), pack,
                  {.y = y.data<float>(),
                   .sample = g.sample_pixels() * outputs,
                   .row = g.out.w * outputs,
                   .column = outputs},
                  {.bias = b.data<float>(), .relu = params.relu});
}

// The pixels of a phase that no window covers get no gradient.
void zero_phase(const PatchGeometry& g, const DataGradientPhase& phase, float* dx) {
  for (int64_t n = 0; n < g.samples; n++) {
    for (int64_t i = 0; i < phase.rows.count; i++) {
      for (int64_t j = 0; j < phase.columns.count; j++) {
        const int64_t h = phase.rows.first + i * g.stride.h;
        const int64_t v = phase.columns.first + j * g.stride.w;
        zero_run(g.channels, dx + ((n * g.height + h) * g.width + v) * g.channels);
      }
    }
  }
}

void conv2d_data_gradient(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                          const Tensor& w, const Tensor& relu_output, Tensor& dx) {
  const PatchGeometry g = forward_geometry(params, dx.shape(), w.shape());
  const int64_t outputs = w.shape()[0], pixel = g.channels, row = g.width * pixel;
  float* to = dx.data<float>();
  for (int64_t h = 0; h < g.stride.h; h++) {
    for (int64_t v = 0; v < g.stride.w; v++) {
      const DataGradientPhase phase = data_gradient_phase(g, outputs, {h, v});
      if (phase.patches.pixels() == 0) continue;
      if (!phase.covered()) {
        zero_phase(g, phase, to);
        continue;
      }
      const PackTurned pack{w.data<float>(), {g.group_channels()}, outputs / g.groups,
                            g.kernel,        phase.rows,           phase.columns};
      const Convolution convolution(phase.patches, g.group_channels(), ctx.threads());
      convolution.run(ctx, dy.data<float>(), pack,
                      {.y = to + phase.rows.first * row + phase.columns.first * pixel,
                       .sample = g.height * row,
                       .row = g.stride.h * row,
                       .column = g.stride.w * pixel},
                      {.mask = relu_output.data<float>(), .base = to});
    }
  }
}

void conv2d_weight_gradient(Context& ctx, const Conv2dParams& params, const Tensor& x,
                            const Tensor& dy, Tensor& dw, Tensor& db) {
  const PatchGeometry g = forward_geometry(params, x.shape(), dw.shape());
  const int64_t outputs = dw.shape()[0];
  const int shards = ctx.numerics() == Numerics::fast ? 1 : ctx.shards();
  const WeightGradient gradient(g, outputs / g.groups, shards, ctx.threads());
  gradient.run(ctx, x.data<float>(), dy.data<float>(), dw.data<float>());
  if (db.empty()) return;
  const BiasGradient bias(g.samples, g.sample_pixels(), outputs, ctx.shards());
  bias.run(ctx, dy.data<float>(), db.data<float>());
}

size_t conv2d_workspace(const PatchGeometry& g, int64_t outputs, int shards, int threads) {
  size_t bytes = Convolution(g, outputs / g.groups, threads).bytes();
  for (int64_t h = 0; h < g.stride.h; h++) {
    for (int64_t v = 0; v < g.stride.w; v++) {
      const DataGradientPhase phase = data_gradient_phase(g, outputs, {h, v});
      if (phase.patches.pixels() == 0 || !phase.covered()) continue;
      bytes = std::max(bytes, Convolution(phase.patches, g.group_channels(), threads).bytes());
    }
  }
  bytes = std::max(bytes, WeightGradient(g, outputs / g.groups, shards, threads).bytes());
  return std::max(bytes, BiasGradient(g.samples, g.sample_pixels(), outputs, shards).bytes());
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(conv2d_forward);
HWY_EXPORT(conv2d_data_gradient);
HWY_EXPORT(conv2d_weight_gradient);
HWY_EXPORT(conv2d_workspace);

void conv2d_forward(Context& ctx, const Conv2dParams& params, const Tensor& x, const Weight& w,
                    const Tensor& b, Tensor& y) {
  HWY_DYNAMIC_DISPATCH(conv2d_forward)(ctx, params, x, w, b, y);
}

void conv2d_data_gradient(Context& ctx, const Conv2dParams& params, const Tensor& dy,
                          const Weight& w, const Tensor& relu_output, Tensor& dx) {
  HWY_DYNAMIC_DISPATCH(conv2d_data_gradient)(ctx, params, dy, w, relu_output, dx);
}

void conv2d_weight_gradient(Context& ctx, const Conv2dParams& params, const Tensor& x,
                            const Tensor& dy, Tensor& dw, Tensor& db) {
  HWY_DYNAMIC_DISPATCH(conv2d_weight_gradient)(ctx, params, x, dy, dw, db);
}

size_t conv2d_workspace(const Context& ctx, const Conv2dParams& params, const Shape& x,
                        const Shape& w) {
  const PatchGeometry g = forward_geometry(params, x, w);
  return HWY_DYNAMIC_DISPATCH(conv2d_workspace)(g, w[0], ctx.shards(), ctx.threads());
}

}  // namespace fovea::cpu
#endif
