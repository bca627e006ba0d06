// SPDX-License-Identifier: Apache-2.0
// A net's loss and accuracy on a data set.
#pragma once

#include <fovea/data/batch_source.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/metrics.h>

namespace FOVEA_API fovea {

// Throws ConfigError, which says what to change, when the net does not take the pictures of
// `source` or has fewer outputs than it has classes. `what` is what the data is for: "training".
void check_fit(const Net& net, const BatchSource& source, const char* what);

// One epoch of `source`, from its start. `execution` may be planned for inference only.
Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source);

}  // namespace fovea
