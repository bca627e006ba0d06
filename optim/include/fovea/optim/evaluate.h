// SPDX-License-Identifier: Apache-2.0
// A net's loss and accuracy on a data set.
#pragma once

#include <fovea/data/batch_source.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/metrics.h>

namespace fovea {

// One epoch of `source`, from its start. `execution` may be planned for inference only.
Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source);

}  // namespace fovea
