// SPDX-License-Identifier: Apache-2.0
// A small pool of threads for data-parallel loops.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <memory>
#include <type_traits>

namespace FOVEA_API fovea {

// Processors this process may use: the smaller of its affinity mask and its cgroup's cpu.max,
// rounded up, at least 1.
int available_processors();

// Runs loops on `threads` threads, the caller being one of them. Item i of n belongs to thread i *
// threads / n; a thread that has finished its own items takes what is left of the others'. So which
// thread does an item may vary: a loop's body must give the same result on any thread. One loop
// runs at a time; a pool serves one caller at a time.
class ThreadPool {
 public:
  // 0 means available_processors(). Throws ArgumentError for negative counts or more than 1024.
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;

  // Calls body(item, thread) for every item in [0, items), thread in [0, threads()), and returns
  // when all are done. An exception of the body ends the loop and is thrown again here; items not
  // yet begun are dropped. Allocates nothing.
  template <class Body>
  void parallel_for(int64_t items, Body&& body) {
    using Plain = std::remove_reference_t<Body>;
    run(
        items,
        [](const void* b, int64_t item, int thread) {
          (*static_cast<Plain*>(const_cast<void*>(b)))(item, thread);
        },
        static_cast<const void*>(&body));
  }

  // Splits [0, n) into pieces of `grain` (the last may be shorter) and calls body(begin, end) for
  // each.
  template <class Body>
  void parallel_ranges(int64_t n, int64_t grain, Body&& body) {
    parallel_for((n + grain - 1) / grain, [&](int64_t item, int) {
      const int64_t begin = item * grain;
      body(begin, begin + grain < n ? begin + grain : n);
    });
  }

 private:
  using Call = void (*)(const void* body, int64_t item, int thread);
  void run(int64_t items, Call call, const void* body);

  struct FOVEA_LOCAL Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fovea
