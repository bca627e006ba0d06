// SPDX-License-Identifier: Apache-2.0
// Passes over rows that other kernels are made of, in the instruction set in use.
#pragma once

#include "cpu/lrn_plan.h"
#include "cpu/pool_geometry.h"

#include <cstdint>

namespace fovea::cpu {

// Normalises `pixels` pixels across their channels; scratch: plan.scratch() floats. `stream`: the
// results go past the caches.
using NormalisePixels = void(const LrnPlan& plan, int64_t pixels, const float* x, bool stream,
                             float* y, float* scratch);
// `positive`, unless null, is the output of a ReLU whose gradient is applied as well.
using NormalisePixelsGradient = void(const LrnPlan& plan, int64_t pixels, const float* x,
                                     const float* dy, const float* positive, bool stream, float* dx,
                                     float* scratch);
// Output row p of max pooling; y and argmax point at the row, argmax may be null. `prefetch`: x is
// the image itself.
template <class Index>
using PoolRow = void(const PoolGeometry& g, const RowRing& x, int64_t p, bool prefetch, bool stream,
                     float* y, Index* argmax);
// Row h of its gradient; dy and argmax point at the image, positive and dx at the row.
template <class Index>
using PoolRowGradient = void(const PoolGeometry& g, int64_t h, const float* dy, const Index* argmax,
                             const float* positive, bool stream, float* dx);

NormalisePixels* normalise_pixels_kernel();
NormalisePixelsGradient* normalise_pixels_gradient_kernel();
PoolRow<uint8_t>* pool_row_kernel();
PoolRowGradient<uint8_t>* pool_row_gradient_kernel();

}  // namespace fovea::cpu
