// SPDX-License-Identifier: Apache-2.0
#include "direct_loader.h"

#include <chrono>

namespace fovea::detail {

DirectLoader::DirectLoader(BatchBuilder builder)
    : BatchSource(builder.info()), builder_(std::move(builder)) {
  builder_.reserve(scratch_);
}

void DirectLoader::seek(uint32_t epoch, int64_t index) {
  builder_.check({epoch, index});
  position_ = {epoch, index};
}

void DirectLoader::next(Batch& batch) {
  const auto start = std::chrono::steady_clock::now();
  builder_.begin(position_, batch);
  builder_.fill(batch, 0, batch.size(), scratch_);
  position_ = builder_.after(position_);
  seconds_waited_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace fovea::detail
