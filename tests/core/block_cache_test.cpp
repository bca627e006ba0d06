// SPDX-License-Identifier: Apache-2.0
#include "runtime/cuda/block_cache.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

using fovea::cuda::BlockCache;

namespace {

// A device with so much memory, none of which is ever touched.
class Source final : public fovea::cuda::BlockSource {
 public:
  explicit Source(size_t total) : total_(total) {}

  void* allocate(size_t bytes) override {
    calls++;
    if (used() + bytes > total_) return nullptr;
    blocks_.push_back({next_ += 4096, bytes});
    return reinterpret_cast<void*>(blocks_.back().place);
  }
  void release(void* memory) noexcept override {
    const auto place = reinterpret_cast<uintptr_t>(memory);
    std::erase_if(blocks_, [=](const Block& block) { return block.place == place; });
  }
  size_t used() const {
    size_t sum = 0;
    for (const Block& block : blocks_) sum += block.bytes;
    return sum;
  }

  int calls = 0;

 private:
  struct Block {
    uintptr_t place;
    size_t bytes;
  };
  size_t total_;
  uintptr_t next_ = 4096;
  std::vector<Block> blocks_;
};

}  // namespace

TEST_CASE("classes of sizes waste at most an eighth, and little of large blocks") {
  size_t before = 0;
  for (size_t bytes = 1; bytes < size_t{1} << 36; bytes += bytes / 7 + 1) {
    const size_t size = BlockCache::size_class(bytes);
    CAPTURE(bytes);
    CHECK(size >= bytes);
    CHECK(size >= before);
    CHECK(size - bytes < std::max<size_t>(512, std::min<size_t>(bytes / 8 + 1, 2 << 20)));
    CHECK(BlockCache::size_class(size) == size);
    before = size;
  }
  CHECK(BlockCache::size_class(size_t{1} << 63) == size_t{1} << 63);  // no overflow
}

TEST_CASE("a block that was given back serves the next of its size") {
  Source source(1 << 20);
  BlockCache cache;
  void* first = cache.take(source, 1000);
  void* second = cache.take(source, 1000);
  CHECK(first != second);
  cache.give_back(source, first, 1000);
  CHECK(cache.kept_bytes() == 1024);
  CHECK(cache.take(source, 1020) == first);  // of the same class
  CHECK(cache.kept_bytes() == 0);
  cache.give_back(source, second, 1000);
  CHECK(cache.take(source, 5000) != second);
  CHECK(source.calls == 3);
}

TEST_CASE("what is kept goes back before memory is said to be out") {
  Source source(4096);
  BlockCache cache;
  for (const size_t bytes : {512, 1024, 2048}) {
    void* memory = cache.take(source, bytes);
    cache.give_back(source, memory, bytes);
  }
  CHECK(source.used() == 512 + 1024 + 2048);
  CHECK(cache.take(source, 4096) != nullptr);
  CHECK(source.used() == 4096);
  CHECK(cache.kept_bytes() == 0);
  CHECK(cache.take(source, 1) == nullptr);
}

TEST_CASE("a cache for checks keeps sizes apart, and nothing that is small") {
  Source source(1 << 20);
  BlockCache cache(true, 2000);
  void* small = cache.take(source, 1999);
  CHECK(source.used() == 1999);
  cache.give_back(source, small, 1999);
  CHECK(source.used() == 0);
  void* large = cache.take(source, 2000);
  cache.give_back(source, large, 2000);
  CHECK(source.used() == 2000);
  CHECK(cache.take(source, 2001) != large);
  cache.clear(source);
  CHECK(source.used() == 2001);
}
