// SPDX-License-Identifier: Apache-2.0
#include "runtime/cuda/block_cache.h"

#include <algorithm>
#include <bit>
#include <new>

namespace fovea::cuda {

size_t BlockCache::size_class(size_t bytes) {
  constexpr size_t kSmallest = 512, kLargest = size_t{2} << 20;
  if (bytes >= size_t{1} << 62) return bytes;
  // Eight classes from a power of two to the next.
  const size_t step =
      std::clamp(std::bit_floor(std::max(bytes, size_t{1})) / 8, kSmallest, kLargest);
  return (bytes + step - 1) / step * step;
}

void* BlockCache::take(BlockSource& source, size_t bytes) {
  const size_t size = class_of(bytes);
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = kept_.find(size); at != kept_.end() && !at->second.empty()) {
      void* memory = at->second.back();
      at->second.pop_back();
      kept_bytes_ -= size;
      return memory;
    }
  }
  if (void* memory = source.allocate(size)) return memory;
  clear(source);
  return source.allocate(size);
}

void BlockCache::give_back(BlockSource& source, void* memory, size_t bytes) noexcept {
  const size_t size = class_of(bytes);
  if (size < least_) return source.release(memory);
  try {
    const std::lock_guard lock(mutex_);
    kept_[size].push_back(memory);
    kept_bytes_ += size;
  } catch (const std::bad_alloc&) {
    source.release(memory);
  }
}

void BlockCache::clear(BlockSource& source) noexcept {
  const std::lock_guard lock(mutex_);
  for (auto& [size, blocks] : kept_) {
    for (void* memory : blocks) source.release(memory);
  }
  kept_.clear();
  kept_bytes_ = 0;
}

size_t BlockCache::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return kept_bytes_;
}

}  // namespace fovea::cuda
