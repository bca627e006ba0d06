// SPDX-License-Identifier: Apache-2.0
#include "common/phase_axis.h"
#include "cuda/tensor_core/passes.h"
#include "cuda/tensor_core/window_operands.cuh"

#include <type_traits>

namespace fovea::cuda::tensor_core {
namespace {

// Row r of the product is pixel (n, i, j), in row-major order, of a phase: pixel (n, first_h + i
// stride_h, first_w + j stride_w) of dx.
struct DataGradientResult {
  const float* relu_output;  // may be null
  float* dx;
  int height, width, first_h, first_w, stride_h, stride_w;
  bool whole;  // runs of neighbours are, and aligned

  __device__ __forceinline__ int64_t pixel(const WindowPass& g, int64_t row) const {
    if (stride_h == 1 && stride_w == 1) return row;
    const int64_t line = row / g.out_w;
    return (line / g.out_h * height + first_h + line % g.out_h * stride_h) * width + first_w +
           row % g.out_w * stride_w;
  }
};

// A phase of dx = windows of dy * filters; zero where relu_output is not above 0. kPoint: filters
// of one pixel as they are, else turned ones. Block (i, j, z) makes tile (i, j) of group z.
template <class Format, class T, bool kPoint>
__global__ void __launch_bounds__(kThreads, 2)
    data_gradient_kernel(const WindowPass g, const typename Format::Element* dy,
                         const typename Format::Element* w, int outputs,
                         const DataGradientResult result) {
  using Operands = std::conditional_t<kPoint, PointOperands<Format, T>, WindowOperands<Format, T>>;
  const int group = static_cast<int>(blockIdx.z);
  const int64_t first_row = int64_t{blockIdx.x} * T::kRows;
  const int first_column = static_cast<int>(blockIdx.y) * T::kColumns;
  const int columns = g.columns - first_column;
  const auto right = [&] {
    if constexpr (kPoint) {
      const auto* from = w + int64_t{group} * outputs * g.columns + first_column;
      return typename Operands::Columns(from, columns, g.columns, outputs);
    } else {
      return typename Operands::Columns(g, w, group, first_column);
    }
  };
  Operands operands(g, typename Operands::Rows(g, dy, group, first_row), right());
  Sums<Format, T> sums;
  multiply<T>(operands, (g.depth() + kStepDepth<Format> - 1) / kStepDepth<Format>, sums);

  const int64_t rows = g.pixels() - first_row;
  sums.each_run([&](int row, int column, auto run) {
    if (row >= rows || column >= columns) return;
    const int64_t pixel = result.pixel(g, first_row + row);
    const int64_t at = (pixel * g.groups + group) * g.columns + first_column + column;
    if (result.relu_output != nullptr) {
#pragma unroll
      for (int i = 0; i < Format::kNeighbours; i++) {
        if (column + i < columns && !(result.relu_output[at + i] > 0)) run.v[i] = 0;
      }
    }
    run.store(result.dx + at, columns - column, result.whole);
  });
}

// Windows of dy for the pixels of dx that are `down` and `right`.
template <class Format>
WindowPass pass_of(const Windows& g, const PhaseAxis<int>& down, const PhaseAxis<int>& right) {
  const Patches& x = g.patches;
  const bool covered = down.taps > 0 && right.taps > 0;  // else there is nothing to add
  WindowPass p;
  p.samples = x.samples, p.height = x.out_h, p.width = x.out_w;
  p.groups = g.groups, p.channels = g.k_stored;
  p.out_h = down.count, p.out_w = right.count;
  p.taps_h = covered ? down.taps : 0;
  p.taps_w = covered ? right.taps : 1;
  p.dilation_h = down.dilation, p.dilation_w = right.dilation;
  p.top = -down.output, p.left = -right.output;
  p.tap_column = p.dilation_w * g.groups * g.k_stored;
  p.tap_row = p.dilation_h * p.width * g.groups * g.k_stored;
  p.step = Odometer(kStepDepth<Format>, p.taps_w, g.k_stored);
  p.columns = g.c;
  p.filter_size = g.taps() * g.k_stored;
  p.filter_first = (down.tap * x.kernel_w + right.tap) * g.k_stored;
  p.filter_row = -down.step * x.kernel_w * g.k_stored;
  p.filter_column = -right.step * g.k_stored;
  return p;
}

template <class Format, class T>
void launch_phase(Context& ctx, const WindowPass& p, bool point, int outputs,
                  const typename Format::Element* dy, const typename Format::Element* w,
                  const DataGradientResult& result) {
  const auto start = [&](auto kernel, size_t shared_bytes) {
    launch_tiles<T>(ctx, "data_gradient_kernel", kernel, shared_bytes, p.pixels(), p.columns,
                    p.groups, p, dy, w, outputs, result);
  };
  if (point)
    return start(data_gradient_kernel<Format, T, true>, kLoopBytes<PointOperands<Format, T>>);
  start(data_gradient_kernel<Format, T, false>, kLoopBytes<WindowOperands<Format, T>>);
}

}  // namespace

template <class Format>
size_t data_gradient_bytes(const Windows& g) {
  return packed_bytes<Format>(stored_dy(g)) + turned_bytes<Format>(g);
}

template <class Format>
void data_gradient(Context& ctx, const Windows& g, const Tensor& dy, const Weight& w,
                   const Tensor& relu_output, Tensor& dx) {
  Workspace::Scope scope(ctx.workspace(), data_gradient_bytes<Format>(g));
  const auto* from = packed<Format>(ctx, scope, stored_dy(g), dy.data<float>());
  const auto* filters = filters_of_gradient<Format>(ctx, scope, g, w);
  const Patches& x = g.patches;
  DataGradientResult result{};
  result.relu_output = relu_output ? relu_output.data<float>() : nullptr;
  result.dx = dx.data<float>();
  result.height = x.height, result.width = x.width;
  result.stride_h = x.stride_h, result.stride_w = x.stride_w;
  result.whole = g.c % Format::kNeighbours == 0 && aligned_to_quads(result.dx);
  for (int i = 0; i < x.stride_h; i++) {
    const auto down = phase_axis<int>(i, x.height, x.top, x.kernel_h, x.stride_h, x.dilation_h);
    for (int j = 0; j < x.stride_w; j++) {
      const auto right = phase_axis<int>(j, x.width, x.left, x.kernel_w, x.stride_w, x.dilation_w);
      result.first_h = down.first, result.first_w = right.first;
      const WindowPass p = pass_of<Format>(g, down, right);
      with_tile<true>(ctx, p.pixels(), g.c, g.groups, [&]<class T>(T) {
        launch_phase<Format, T>(ctx, p, !is_turned<Format>(g, w), g.k, from, filters, result);
      });
    }
  }
}

template size_t data_gradient_bytes<Tf32>(const Windows&);
template size_t data_gradient_bytes<Bf16>(const Windows&);
template void data_gradient<Tf32>(Context&, const Windows&, const Tensor&, const Weight&,
                                  const Tensor&, Tensor&);
template void data_gradient<Bf16>(Context&, const Windows&, const Tensor&, const Weight&,
                                  const Tensor&, Tensor&);

}  // namespace fovea::cuda::tensor_core
