// SPDX-License-Identifier: Apache-2.0
// Response normalisation on arrays of the device, for the ops that are made of it.
#pragma once

#include "common/lrn_formula.h"

#include <fovea/core/context.h>

namespace fovea::cuda {

// Whether windows across channels fit into a block's shared memory; if not, lrn_windows.cu serves.
bool lrn_fits(const detail::LrnFormula& f);

// What a gradient needs in the workspace: so many floats.
int64_t lrn_gradient_scratch(const LrnParams& params, const Shape& x);

void normalise(Context& ctx, const LrnParams& params, const Shape& shape, const float* x, float* y);
// `positive` as relu_output of the op, or null; scratch: lrn_gradient_scratch floats.
void normalise_gradient(Context& ctx, const LrnParams& params, const Shape& shape, const float* x,
                        const float* dy, const float* positive, float* scratch, float* dx);

// The same for windows of one map's pixels, and for windows of any size across channels, which read
// global memory.
void normalise_windows(Context& ctx, const LrnParams& params, const Shape& shape, const float* x,
                       float* y);
void normalise_windows_gradient(Context& ctx, const LrnParams& params, const Shape& shape,
                                const float* x, const float* dy, const float* positive,
                                float* scratch, float* dx);

}  // namespace fovea::cuda
