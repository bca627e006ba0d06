// SPDX-License-Identifier: Apache-2.0
#include <fovea/kernels/clip.h>
#include <fovea/optim/clip_gradients.h>

namespace fovea {

Fields<ClipOptions> ClipOptions::fields() {
  using O = ClipOptions;
  return Fields<O>("clip", "keeps gradients small")
      .field("norm", &O::norm, "largest 2-norm of all gradients together; default: no limit",
             above(0))
      .field("value", &O::value, "largest absolute value of an element; default: no limit",
             above(0));
}

void clip_gradients(Context& ctx, const ClipOptions& options, Tensor& gradients) {
  Tensor squares({1}, DType::f64, ctx.device());
  if (options.norm) sum_of_squares(ctx, gradients, squares);
  clip_gradients(ctx, options, squares, gradients);
}

void clip_gradients(Context& ctx, const ClipOptions& options, const Tensor& squares,
                    Tensor& gradients) {
  if (options.norm) limit_norm(ctx, *options.norm, squares, gradients);
  if (options.value) clamp(ctx, *options.value, gradients);
}

}  // namespace fovea
