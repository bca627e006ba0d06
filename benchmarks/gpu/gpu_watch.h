// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench.h"

#include <fovea/core/context.h>

namespace fovea::bench {

// Times what is put into the context's stream, by events of the GPU, after `flushed` bytes have
// been written, so that nothing is left in its caches. The writing also hides how long the host
// takes to submit. The context must outlive the watch.
Watch gpu_watch(Context& ctx, int64_t flushed);

}  // namespace fovea::bench
