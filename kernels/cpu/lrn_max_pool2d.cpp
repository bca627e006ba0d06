// SPDX-License-Identifier: Apache-2.0
// Normalisation across channels and max pooling in one pass: normalised rows live only in a ring as
// high as a pooling window, pooled gradients only in a row.
#include "cpu/lrn_scratch.h"
#include "cpu/row_kernels.h"
#include "cpu/streaming.h"

#include <fovea/kernels/lrn.h>

#include <algorithm>

namespace fovea::cpu {

namespace {

// Output rows [rows.begin, rows.end) of one image.
void pool_normalised_rows(const LrnPlan& plan, const PoolGeometry& g, Range rows, const float* x,
                          const RowRing& ring, bool stream, float* y, uint8_t* argmax,
                          float* scratch) {
  const auto normalise = normalise_pixels_kernel();
  const auto pool = pool_row_kernel();
  int64_t normalised = 0;  // rows before it are in the ring, or no longer wanted
  for (int64_t p = rows.begin; p < rows.end; p++) {
    const Range cells = g.h.cells(p);
    const int64_t first = g.h.start(p) + cells.begin, end = g.h.start(p) + cells.end;
    normalised = std::max(normalised, first);
    for (; normalised < end; normalised++) {
      normalise(plan, g.w.in, x + normalised * g.in_row(), false, ring.row(normalised), scratch);
    }
    pool(g, ring, p, false, stream, y + p * g.out_row(),
         argmax == nullptr ? nullptr : argmax + p * g.out_row());
  }
  end_streaming(stream);
}

}  // namespace

void lrn_max_pool2d_forward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                            const Tensor& x, Tensor& y, Tensor& argmax) {
  if (x.elements() == 0) return;
  const LrnPlan plan(lrn, x.shape()[3]);
  const PoolGeometry g(pool, x.shape(), y.shape());
  const LrnScratch scratch(ctx, lrn_thread_floats(lrn, &pool, x.shape()));
  const bool stream = worth_streaming(y, g.channels);
  const int64_t batch = x.shape()[0];
  // Whole images where there are enough of them; else bands, which normalise a few rows twice.
  const int64_t bands =
      batch >= 4 * ctx.threads() ? 1 : std::min<int64_t>(g.h.out, 4 * ctx.threads());
  ctx.pool().parallel_for(batch * bands, [&](int64_t item, int thread) {
    const int64_t n = item / bands, band = item % bands, to = n * g.h.out * g.out_row();
    float* own = scratch.of(thread);
    const RowRing ring{own + plan.scratch(), lrn_ring_rows(pool, x.shape()), g.in_row()};
    pool_normalised_rows(plan, g, {g.h.out * band / bands, g.h.out * (band + 1) / bands},
                         x.data<float>() + n * g.h.in * g.in_row(), ring, stream,
                         y.data<float>() + to, argmax ? argmax.data<uint8_t>() + to : nullptr, own);
  });
}

void lrn_max_pool2d_backward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                             const Tensor& x, const Tensor& argmax, const Tensor& dy,
                             const Tensor& relu_output, Tensor& dx) {
  if (x.elements() == 0) return;
  const auto pool_gradient = pool_row_gradient_kernel();
  const auto normalise_gradient = normalise_pixels_gradient_kernel();
  const LrnPlan plan(lrn, x.shape()[3]);
  const PoolGeometry g(pool, x.shape(), dy.shape());
  const LrnScratch scratch(ctx, lrn_thread_floats(lrn, &pool, x.shape()));
  const bool stream = worth_streaming(dx, plan.group);
  ctx.pool().parallel_for(x.shape()[0] * g.h.in, [&](int64_t item, int thread) {
    const int64_t from = item / g.h.in * g.h.out * g.out_row(), at = item * g.in_row();
    float *own = scratch.of(thread), *row = own + plan.scratch();
    pool_gradient(g, item % g.h.in, dy.data<float>() + from, argmax.data<uint8_t>() + from, nullptr,
                  false, row);
    normalise_gradient(plan, g.w.in, x.data<float>() + at, row,
                       relu_output ? relu_output.data<float>() + at : nullptr, stream,
                       dx.data<float>() + at, own);
  });
}

}  // namespace fovea::cpu
