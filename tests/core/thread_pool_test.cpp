// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/thread_pool.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <vector>

using fovea::ThreadPool;

TEST_CASE("every item is done exactly once") {
  for (const int threads : {1, 2, 3, 7}) {
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    for (const int items : {0, 1, 2, 5, 1000}) {
      std::vector<std::atomic<int>> done(static_cast<size_t>(items));
      std::atomic<bool> bad_thread = false;
      pool.parallel_for(items, [&](int64_t item, int thread) {
        done[static_cast<size_t>(item)]++;
        if (thread < 0 || thread >= threads) bad_thread = true;
      });
      for (const auto& count : done) REQUIRE(count == 1);
      CHECK_FALSE(bad_thread);
    }
  }
}

TEST_CASE("many short loops in a row") {
  ThreadPool pool(3);
  std::atomic<int64_t> sum = 0;
  for (int loop = 0; loop < 2000; loop++) {
    pool.parallel_for(4, [&](int64_t item, int) { sum += item; });
  }
  CHECK(sum == 2000 * 6);
}

TEST_CASE("ranges cover everything once") {
  ThreadPool pool(2);
  std::vector<int> hits(103);
  pool.parallel_ranges(103, 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) hits[static_cast<size_t>(i)]++;
  });
  CHECK(hits == std::vector<int>(103, 1));
}

TEST_CASE("an exception of the body reaches the caller, and the pool lives on") {
  ThreadPool pool(3);
  for (int round = 0; round < 50; round++) {
    CHECK_THROWS_AS(pool.parallel_for(100,
                                      [](int64_t item, int) {
                                        if (item == 42) throw std::runtime_error("42");
                                      }),
                    std::runtime_error);
    std::atomic<int> done = 0;
    pool.parallel_for(100, [&](int64_t, int) { done++; });
    CHECK(done == 100);
  }
}

TEST_CASE("thread counts out of range are refused") {
  CHECK_THROWS_AS(ThreadPool(-1), fovea::ArgumentError);
  CHECK_THROWS_AS(ThreadPool(5000), fovea::ArgumentError);
  CHECK(ThreadPool(0).threads() == fovea::available_processors());
}
