// SPDX-License-Identifier: Apache-2.0
#include "cuda/tensor_core/passes.h"
#include "cuda/tensor_core/window_operands.cuh"

namespace fovea::cuda::tensor_core {
namespace {

struct ForwardResult {
  const float* bias;  // may be null
  float* y;
  bool relu, whole;  // whole: runs of neighbours are, and aligned
};

// y = windows of x * filters + bias, and ReLU when asked. Block (i, j, z) makes tile (i, j) of
// group z.
template <class Format, class T>
__global__ void __launch_bounds__(kThreads, 2)
    forward_kernel(const WindowPass g, const typename Format::Element* x,
                   const typename Format::Element* w, const ForwardResult result) {
  using Operands = WindowOperands<Format, T>;
  const int group = static_cast<int>(blockIdx.z);
  const int64_t first_row = int64_t{blockIdx.x} * T::kRows;
  const int first_column = static_cast<int>(blockIdx.y) * T::kColumns;
  Operands operands(g, typename Operands::Rows(g, x, group, first_row),
                    typename Operands::Columns(g, w, group, first_column));
  Sums<Format, T> sums;
  multiply<T>(operands, (g.depth() + kStepDepth<Format> - 1) / kStepDepth<Format>, sums);

  const int64_t rows = g.pixels() - first_row;
  const int columns = g.columns - first_column, first_channel = group * g.columns + first_column;
  sums.each_run([&](int row, int column, auto run) {
    if (row >= rows || column >= columns) return;
#pragma unroll
    for (int i = 0; i < Format::kNeighbours; i++) {
      if (result.bias != nullptr && column + i < columns)
        run.v[i] += result.bias[first_channel + column + i];
      if (result.relu) run.v[i] = run.v[i] <= 0 ? 0.0f : run.v[i];  // a NaN passes
    }
    run.store(result.y + (first_row + row) * g.groups * g.columns + first_channel + column,
              columns - column, result.whole);
  });
}

template <class Format>
WindowPass pass_of(const Windows& g) {
  const Patches& x = g.patches;
  WindowPass p{windows_of_x(g)};
  p.tap_column = x.dilation_w * g.groups * g.c_stored;
  p.tap_row = x.dilation_h * x.width * g.groups * g.c_stored;
  p.step = Odometer(kStepDepth<Format>, x.kernel_w, g.c_stored);
  p.columns = g.k;
  p.filter_column = g.c_stored;
  p.filter_row = x.kernel_w * g.c_stored;
  p.filter_size = g.taps() * g.c_stored;
  return p;
}

}  // namespace

template <class Format>
size_t forward_bytes(const Windows& g) {
  return packed_bytes<Format>(stored_x(g)) + packed_bytes<Format>(stored_w(g));
}

template <class Format>
void forward(Context& ctx, const Windows& g, const Tensor& x, const Weight& w, const Tensor& b,
             bool relu, Tensor& y) {
  Workspace::Scope scope(ctx.workspace(), forward_bytes<Format>(g));
  const auto* from = packed<Format>(ctx, scope, stored_x(g), x.data<float>());
  const auto* filters = packed_filters<Format>(ctx, scope, g, w);
  const ForwardResult result{b ? b.data<float>() : nullptr, y.data<float>(), relu,
                             g.k % Format::kNeighbours == 0 && aligned_to_quads(y.data<float>())};
  with_tile<true>(ctx, g.output_pixels(), g.k, g.groups, [&]<class T>(T) {
    launch_tiles<T>(ctx, "forward_kernel", forward_kernel<Format, T>,
                    kLoopBytes<WindowOperands<Format, T>>, g.output_pixels(), g.k, g.groups,
                    pass_of<Format>(g), from, filters, result);
  });
}

template size_t forward_bytes<Tf32>(const Windows&);
template size_t forward_bytes<Bf16>(const Windows&);
template void forward<Tf32>(Context&, const Windows&, const Tensor&, const Weight&, const Tensor&,
                            bool, Tensor&);
template void forward<Bf16>(Context&, const Windows&, const Tensor&, const Weight&, const Tensor&,
                            bool, Tensor&);

}  // namespace fovea::cuda::tensor_core
