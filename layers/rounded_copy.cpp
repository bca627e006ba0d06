// SPDX-License-Identifier: Apache-2.0
#include <fovea/kernels/cast.h>
#include <fovea/layers/rounded_copy.h>

namespace fovea {

void RoundedCopy::refresh(Context& ctx) {
  if (is_current()) return;
  cast(ctx, masters_, values_);
  follow();
}

}  // namespace fovea
