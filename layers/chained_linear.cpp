// SPDX-License-Identifier: Apache-2.0
#include "chained_linear.h"

#include <fovea/kernels/linear.h>

namespace fovea {

int64_t ChainedLinear::sent(Pass pass, const Shape& x) const {
  return pass == Pass::forward ? 0 : x.elements() * static_cast<int64_t>(sizeof(float));
}

void ChainedLinear::input_gradient(Context& ctx, const BackwardArgs& args, Tensor& dx) const {
  const Tensor &w = args.parameters[0], &dy = args.output_gradient;
  // Rows in as many pieces as there are ranks: while one rank works on a piece, the rank before
  // works on the next one.
  for (int64_t piece = 0; piece < ranks(); piece++) {
    const int64_t begin = dx.shape()[0] * piece / ranks();
    const int64_t end = dx.shape()[0] * (piece + 1) / ranks();
    if (begin == end) continue;
    Tensor sums = dx.rows(begin, end);
    if (rank() == 0) {
      linear_data_gradient(ctx, dy.rows(begin, end), w, Tensor(), sums);
    } else {
      communicator().receive(ctx, sums, rank() - 1);
      linear_data_gradient_from(ctx, dy.rows(begin, end), w, sums);
    }
    if (!is_last()) communicator().send(ctx, sums, rank() + 1);
  }
  communicator().broadcast(ctx, dx, ranks() - 1);
}

}  // namespace fovea
