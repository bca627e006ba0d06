// SPDX-License-Identifier: Apache-2.0
#include "cuda/tensor_core/passes.h"
#include "cuda/tensor_core/patch_columns.cuh"

#include <algorithm>

namespace fovea::cuda::tensor_core {
namespace {

template <class Format, class T>
struct GradientOperands {
  using Rows = MatrixRows<Format, T::kRows>;
  using Columns = PatchColumns<Format, T::kColumns>;
  using Left = typename Rows::Operand;
  using Right = typename Columns::Operand;
  static constexpr int kCornerBytes =
      Columns::kCorners * static_cast<int>(sizeof(typename Columns::Corner));

  Rows rows;
  Columns columns;

  __device__ __forceinline__ void fetch(char* left, char* right) {
    rows.copy(left);
    columns.copy(right);
  }
};

struct WeightGradientResult {
  float* dw;  // (splits, groups, outputs, rows, columns, channels)
  int splits, outputs, outputs_stored, channels;
  bool whole;  // runs of neighbours are, and aligned
};

// Block (i, j, z) makes tile (i, j) of group z % groups, over part z / groups of the pixels.
template <class Format, class T>
__global__ void __launch_bounds__(kThreads, 2)
    weight_gradient_kernel(const PatchPass g, const typename Format::Element* x,
                           const typename Format::Element* dy, const WeightGradientResult result) {
  using Operands = GradientOperands<Format, T>;
  using Corner = typename Operands::Columns::Corner;
  const int group = static_cast<int>(blockIdx.z) % g.groups;
  const int split = static_cast<int>(blockIdx.z) / g.groups;
  const int first_row = static_cast<int>(blockIdx.x) * T::kRows;
  const int first_column = static_cast<int>(blockIdx.y) * T::kColumns;
  const int64_t pixels = g.pixels(), first = pixels * split / result.splits;
  const int depth = static_cast<int>(pixels * (split + 1) / result.splits - first);
  const int pitch = g.groups * result.outputs_stored;
  const auto* from = dy + first * pitch + group * result.outputs_stored + first_row;
  auto* corners =
      reinterpret_cast<Corner*>(cuda_portable::dynamic_shared<char>() + kLoopBytes<Operands>);
  Operands operands{{from, result.outputs_stored - first_row, pitch, depth},
                    {g, x, group, first_column, first, depth, corners}};
  Sums<Format, T> sums;
  multiply<T>(operands, (depth + kStepDepth<Format> - 1) / kStepDepth<Format>, sums);

  const int taps = g.taps_h * g.taps_w, columns = g.columns();
  float* to =
      result.dw + (int64_t{split} * g.groups + group) * result.outputs * taps * result.channels;
  sums.each_run([&](int i, int j, auto run) {
    const int row = first_row + i, column = first_column + j;
    if (row >= result.outputs || column >= columns) return;
    int64_t at = int64_t{row} * taps * result.channels + column;
    int left = columns - column;
    if (result.channels != g.channels) {  // without the zeros behind the channels
      const int tap = column / g.channels, channel = column % g.channels;
      at = (int64_t{row} * taps + tap) * result.channels + channel;
      left = result.channels - channel;
    }
    if (left > 0) run.store(to + at, left, result.whole);
  });
}

// Parts that the pixels are cut into, so that two blocks on each multiprocessor end early: in
// steps, a block takes its depth and about 8 more. No part is shorter than eight steps, and none
// has 2^30 pixels.
int splits_of(const Context& ctx, const Windows& g, int step) {
  const int64_t places = 2 * multiprocessors(ctx), steps = div_up(g.output_pixels(), step);
  const int64_t tiles = div_up(g.k, LargeTile::kRows) * g.groups *
                        div_up(int64_t{g.taps()} * g.c_stored, LargeTile::kColumns);
  const auto time = [&](int64_t splits) {
    return div_up(tiles * splits, places) * (div_up(steps, splits) + 8);
  };
  int64_t best = 1;
  for (int64_t splits = 2; splits <= std::min(steps / 8, 2 * places / tiles + 1); splits++) {
    if (time(splits) < time(best)) best = splits;
  }
  return static_cast<int>(std::max(best, div_up(g.output_pixels(), int64_t{1} << 30)));
}

template <class Format>
PatchPass patch_pass_of(const Windows& g) {
  PatchPass p{windows_of_x(g)};
  p.step = Odometer(kStepDepth<Format>, p.out_h, p.out_w);
  return p;
}

size_t partial_elements(const Windows& g, int splits) {
  return splits == 1 ? 0 : static_cast<size_t>(splits * g.weights());
}

}  // namespace

template <class Format>
size_t weight_gradient_bytes(const Context& ctx, const Windows& g) {
  const int splits = splits_of(ctx, g, kStepDepth<Format>);
  return packed_bytes<Format>(stored_x(g)) + packed_bytes<Format>(stored_dy(g)) +
         Workspace::padded_for<float>(partial_elements(g, splits));
}

template <class Format>
void weight_gradient(Context& ctx, const Windows& g, const Tensor& x, const Tensor& dy,
                     Tensor& dw) {
  const int splits = splits_of(ctx, g, kStepDepth<Format>);
  Workspace::Scope scope(ctx.workspace(), weight_gradient_bytes<Format>(ctx, g));
  const auto* input = packed<Format>(ctx, scope, stored_x(g), x.data<float>());
  const auto* gradient = packed<Format>(ctx, scope, stored_dy(g), dy.data<float>());
  float* to = splits == 1 ? dw.data<float>() : scope.take<float>(partial_elements(g, splits));
  const WeightGradientResult result{
      to, splits, g.k, g.k_stored, g.c, g.c % Format::kNeighbours == 0 && aligned_to_quads(to)};
  const int64_t columns = int64_t{g.taps()} * g.c_stored, products = int64_t{g.groups} * splits;
  with_tile<false>(ctx, g.k, columns, products, [&]<class T>(T) {
    using Operands = GradientOperands<Format, T>;
    launch_tiles<T>(ctx, "weight_gradient_kernel", weight_gradient_kernel<Format, T>,
                    kLoopBytes<Operands> + Operands::kCornerBytes, g.k, columns, products,
                    patch_pass_of<Format>(g), input, gradient, result);
  });
  if (splits > 1) sum_splits(ctx, splits, to, dw);
}

template size_t weight_gradient_bytes<Tf32>(const Context&, const Windows&);
template size_t weight_gradient_bytes<Bf16>(const Context&, const Windows&);
template void weight_gradient<Tf32>(Context&, const Windows&, const Tensor&, const Tensor&,
                                    Tensor&);
template void weight_gradient<Bf16>(Context&, const Windows&, const Tensor&, const Tensor&,
                                    Tensor&);

}  // namespace fovea::cuda::tensor_core
