// SPDX-License-Identifier: Apache-2.0
// Memory of one device that was released and can be had again, without asking the driver, which
// would wait for the device. Blocks are kept by size; what a program does again, with another
// trainer or a batch of another size, finds those of the time before.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

namespace fovea::cuda {

// Where the cache has its memory from: the driver, or a test.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  // Null when there is not as much. What else goes wrong is thrown.
  virtual void* allocate(size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
};

// Safe to use from several threads. Who takes a block orders its work behind that of who gave it
// back.
class BlockCache {
 public:
  // Bytes of the blocks that serve a request: at most an eighth more, or 2 MB for large ones.
  static size_t size_class(size_t bytes);

  // For checks of what kernels touch: with `exact`, each size is a class of its own, so that
  // nothing lies behind a block; smaller ones than `least` go back at once, so that nobody has
  // them.
  explicit BlockCache(bool exact = false, size_t least = 0) : exact_(exact), least_(least) {}

  // A block of at least so many bytes. When the source has none, all that is kept goes back to it
  // first; null when that does not help.
  void* take(BlockSource& source, size_t bytes);
  // `bytes` as it was asked for.
  void give_back(BlockSource& source, void* memory, size_t bytes) noexcept;
  // Gives everything kept to the source.
  void clear(BlockSource& source) noexcept;
  size_t kept_bytes() const;

 private:
  size_t class_of(size_t bytes) const { return exact_ ? bytes : size_class(bytes); }

  const bool exact_;
  const size_t least_;
  mutable std::mutex mutex_;
  std::map<size_t, std::vector<void*>> kept_;
  size_t kept_bytes_ = 0;
};

}  // namespace fovea::cuda
