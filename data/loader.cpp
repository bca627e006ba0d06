// SPDX-License-Identifier: Apache-2.0
#include "direct_loader.h"
#include "prefetch_loader.h"

#include <fovea/core/error.h>

namespace fovea {

std::unique_ptr<BatchSource> make_loader(std::shared_ptr<const Dataset> dataset,
                                         const Preprocessing& preprocessing,
                                         LoaderOptions options) {
  if (options.workers < 0 || options.workers > 1024) {
    throw ArgumentError("loader: " + std::to_string(options.workers) +
                        " workers; 0 to 1024 are possible");
  }
  if (options.prefetch < 1 || options.prefetch > 1024) {
    throw ArgumentError("loader: prefetch of " + std::to_string(options.prefetch) +
                        " batches; 1 to 1024 are possible");
  }
  const bool direct = options.workers == 0;
  detail::BatchBuilder builder(std::move(dataset), preprocessing, std::move(options));
  if (direct) return std::make_unique<detail::DirectLoader>(std::move(builder));
  return std::make_unique<detail::PrefetchLoader>(std::move(builder));
}

}  // namespace fovea
