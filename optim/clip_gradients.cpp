// SPDX-License-Identifier: Apache-2.0
#include <fovea/kernels/clip.h>
#include <fovea/optim/clip_gradients.h>

#include <cmath>

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
  const double norm = options.norm ? std::sqrt(sum_of_squares(ctx, gradients)) : 0;
  clip_gradients(ctx, options, norm, gradients);
}

void clip_gradients(Context& ctx, const ClipOptions& options, double norm, Tensor& gradients) {
  if (options.norm) {
    const double factor = double{*options.norm} / (norm + 1e-6);
    if (factor < 1) scale(ctx, static_cast<float>(factor), gradients);
  }
  if (options.value) clamp(ctx, *options.value, gradients);
}

}  // namespace fovea
