// SPDX-License-Identifier: Apache-2.0
#include "cuda/gemm/bias_gradient.cuh"
#include "cuda/gemm/launch_product.cuh"
#include "cuda/gemm/products.h"
#include "cuda/gemm/shard_sum.cuh"
#include "cuda/gemm/weight_gradient.cuh"

#include <algorithm>

namespace fovea::cuda {
namespace {

int weight_shards(const Context& ctx) {
  return ctx.numerics() == Numerics::fast ? 1 : ctx.shards();
}

// Columns of dw whose shards are summed at a time: as many as stay in the L2 cache.
int64_t chunk_columns(const ConvGeometry& g, int shards) {
  constexpr int64_t kFloats = int64_t{8} << 20, kMultiple = LargeTile::kColumns;
  const int64_t columns = g.patches.depth();
  if (shards == 1) return columns;
  const int64_t fit = kFloats / (int64_t{shards} * g.outputs) / kMultiple * kMultiple;
  return std::min(columns, std::max(fit, kMultiple));
}

int64_t sum_floats(const ConvGeometry& g, int shards) {
  return shards == 1 ? 0 : int64_t{shards} * g.outputs * chunk_columns(g, shards);
}

size_t bias_sum_floats(const Context& ctx, const ConvGeometry& g) {
  return static_cast<size_t>(ctx.shards()) * static_cast<size_t>(g.outputs);
}

void sum_shards(const Context& ctx, const char* op, const float* sums, int shards, int64_t rows,
                int columns, float* to, int64_t pitch) {
  const int64_t blocks = std::min(div_up(rows * columns, 256), int64_t{4096});
  launch(ctx, op, shard_sum_kernel, static_cast<unsigned>(blocks), 256, 0, sums, shards, rows,
         columns, to, pitch);
}

template <class T>
auto kernel_for(bool rows_by_quads, bool columns_by_quads) {
  if (!rows_by_quads) return conv2d_weight_gradient_kernel<T, 1, 1>;
  return columns_by_quads ? conv2d_weight_gradient_kernel<T, 4, 4>
                          : conv2d_weight_gradient_kernel<T, 4, 1>;
}

// Columns [p.first_column, p.first_column + p.columns) of every shard.
void multiply_chunk(const Context& ctx, const char* op, WeightGradientProduct& p) {
  const bool rows_by_quads = p.group_outputs % 4 == 0 && aligned_to_quads(p.dy);
  const bool columns_by_quads = p.patches.group_channels % 4 == 0 && aligned_to_quads(p.x);
  const int64_t products = int64_t{p.groups} * p.shards;
  with_tile(
      ctx, {p.group_outputs, p.columns, products}, [&](auto tile, int row_tiles, int column_tiles) {
        using T = decltype(tile);
        p.row_tiles = row_tiles;
        p.column_tiles = column_tiles;
        p.patches.step = Odometer(T::kDepth, p.patches.out_h, p.patches.out_w);
        launch_product<T>(ctx, op, kernel_for<T>(rows_by_quads, columns_by_quads), p, products);
      });
}

void bias_gradient(const Context& ctx, const char* op, const ConvGeometry& g, const float* dy,
                   float* sums, float* db) {
  const dim3 grid(static_cast<unsigned>(div_up(g.outputs, kBiasColumns)),
                  static_cast<unsigned>(ctx.shards()));
  launch(ctx, op, bias_gradient_kernel, grid, kBiasThreads, 0, dy, g.patches.samples,
         g.patches.sample_pixels(), g.outputs, ctx.shards(), sums);
  sum_shards(ctx, op, sums, ctx.shards(), 1, g.outputs, db, g.outputs);
}

}  // namespace

size_t product_workspace(const Context& ctx, const ConvGeometry& g) {
  const bool point = g.patches.kernel_h * g.patches.kernel_w == 1;
  const int64_t turned = point ? 0 : int64_t{g.outputs} * g.patches.depth();
  const auto bytes = [](int64_t floats) {
    return Workspace::padded_for<float>(static_cast<size_t>(floats));
  };
  return std::max(bytes(turned), bytes(sum_floats(g, weight_shards(ctx))) +
                                     Workspace::padded_for<float>(bias_sum_floats(ctx, g)));
}

void weight_gradient_product(Context& ctx, const char* op, const ConvGeometry& g, const float* x,
                             const float* dy, float* dw, float* db) {
  const int shards = weight_shards(ctx), columns = g.patches.depth();
  if (g.patches.sample_pixels() * div_up(g.patches.samples, shards) >
      std::numeric_limits<int32_t>::max()) {
    throw ArgumentError(std::string(op) +
                        ": a shard of the batch has 2^31 or more output pixels; "
                        "use a smaller batch");
  }
  Workspace::Scope scope(ctx.workspace(), product_workspace(ctx, g));
  float* sums = scope.take<float>(static_cast<size_t>(sum_floats(g, shards)));
  const auto chunk = static_cast<int>(chunk_columns(g, shards));
  const bool final = shards == 1;
  for (int first = 0; first < columns; first += chunk) {
    const int here = std::min(chunk, columns - first);
    WeightGradientProduct p{.patches = g.patches,
                            .x = x,
                            .dy = dy,
                            .sums = final ? dw : sums,
                            .pitch = final ? columns : here,
                            .first_column = first,
                            .columns = here,
                            .outputs = g.outputs,
                            .group_outputs = g.outputs / g.groups,
                            .groups = g.groups,
                            .shards = shards,
                            .row_tiles = 0,
                            .column_tiles = 0,
                            .final = final,
                            .whole_quads = here % 4 == 0 && (!final || aligned_to_quads(dw))};
    multiply_chunk(ctx, op, p);
    if (!final) sum_shards(ctx, op, sums, shards, g.outputs, here, dw + first, columns);
  }
  if (db != nullptr) bias_gradient(ctx, op, g, dy, scope.take<float>(bias_sum_floats(ctx, g)), db);
}

void bias_gradient_product(Context& ctx, const char* op, const ConvGeometry& g, const float* dy,
                           float* db) {
  const size_t floats = bias_sum_floats(ctx, g);
  Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<float>(floats));
  bias_gradient(ctx, op, g, dy, scope.take<float>(floats), db);
}

}  // namespace fovea::cuda
