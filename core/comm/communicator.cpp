// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/comm/communicator.h>
#include <fovea/core/runtime/stream.h>

namespace fovea {

void Communicator::wait(Context& ctx) {
  Event all(ctx.device());
  all.record(ctx.stream());
  wait(all);
}

}  // namespace fovea
