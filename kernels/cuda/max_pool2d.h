// SPDX-License-Identifier: Apache-2.0
// Max pooling on arrays of the device, for the ops that are made of it.
#pragma once

#include "common/pool_geometry.h"

#include <fovea/core/context.h>

namespace fovea::cuda {

// Of `images` images. Index: uint8_t or int32_t; argmax may be null.
template <class Index>
void max_pool(Context& ctx, const detail::PoolGeometry& g, int64_t images, const float* x, float* y,
              Index* argmax);
// `positive` as relu_output of the op, or null.
template <class Index>
void max_pool_gradient(Context& ctx, const detail::PoolGeometry& g, int64_t images,
                       const Index* argmax, const float* dy, const float* positive, float* dx);

}  // namespace fovea::cuda
