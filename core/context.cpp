// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/context.h>
#include <fovea/core/error.h>

namespace fovea {

Context::Context(ContextOptions options)
    : options_(options), pool_(options.threads), workspace_(options.device) {
  if (options_.shards < 1 || options_.shards > 64) {
    throw ArgumentError("context: shards is " + std::to_string(options_.shards) +
                        "; 1 to 64 wanted");
  }
}

}  // namespace fovea
