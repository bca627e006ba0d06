// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/io/text_file.h>
#include <fovea/core/thread_pool.h>

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace fovea {

namespace {

int processors_by_affinity() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(std::thread::hardware_concurrency());
}

// Of a file cpu.max, "max 100000" or "150000 100000" (quota and period): its limit in processors,
// rounded up; 0 when there is none.
int processors_of_quota(const std::string& text) {
  char* after_quota = nullptr;
  const double quota = std::strtod(text.c_str(), &after_quota);
  const double period = std::strtod(after_quota, nullptr);
  return quota > 0 && period > 0 ? static_cast<int>(std::ceil(quota / period)) : 0;
}

// The limit of this process's cgroup (version 2) in processors; 0 when there is none.
int processors_by_cgroup() {
  const std::string self = read_text_file("/proc/self/cgroup");
  std::string group = "/";
  for (const std::string_view line : whole_lines(self)) {
    if (line.starts_with("0::")) group = line.substr(3);
  }
  int limit = 0;
  for (;; group.resize(group.rfind('/'))) {  // a limit of any ancestor counts too
    const int here = processors_of_quota(read_text_file("/sys/fs/cgroup" + group + "/cpu.max"));
    if (here > 0) limit = limit == 0 ? here : std::min(limit, here);
    if (group.rfind('/') == std::string::npos) return limit;
  }
}

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

// Waits until `done()`: first spinning, since a sleep and its wake-up cost about 50 us, then by
// `sleep()`.
template <class Done, class Sleep>
void spin_then_sleep(int spins, Done done, Sleep sleep) {
  for (int i = 0; i < spins; i++) {
    if (done()) return;
    pause_briefly();
  }
  while (!done()) sleep();
}

constexpr int kMaxThreads = 1024;

}  // namespace

int available_processors() {
  const int by_affinity = std::max(1, processors_by_affinity());
  const int by_cgroup = processors_by_cgroup();
  return by_cgroup == 0 ? by_affinity : std::min(by_affinity, by_cgroup);
}

struct ThreadPool::Impl {
  // The items of one thread not yet begun. A cache line each, so that threads do not disturb one
  // another.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };

  explicit Impl(int threads)
      : shares(static_cast<size_t>(threads)), spins(threads <= available_processors() ? 20000 : 0) {
    for (int t = 1; t < threads; t++) workers.emplace_back([this, t] { serve(t); });
  }

  ~Impl() {
    call = nullptr;
    round.fetch_add(1);
    round.notify_all();
    for (auto& worker : workers) worker.join();
  }

  void run(int64_t items, Call new_call, const void* new_body) {
    call = new_call;
    body = new_body;
    const auto threads = static_cast<int64_t>(shares.size());
    for (int64_t t = 0; t < threads; t++) {
      shares[static_cast<size_t>(t)].next.store(items * t / threads, std::memory_order_relaxed);
      shares[static_cast<size_t>(t)].end = items * (t + 1) / threads;
    }
    busy.store(static_cast<int>(workers.size()));
    round.fetch_add(1);
    round.notify_all();
    work(0);
    wait_for_workers();
    if (error) std::rethrow_exception(std::exchange(error, nullptr));
  }

  // Does the thread's own share, then what others have left.
  void work(int thread) {
    const int threads = static_cast<int>(shares.size());
    try {
      for (int i = 0; i < threads; i++) {
        Share& share = shares[static_cast<size_t>((thread + i) % threads)];
        for (int64_t item;
             (item = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end;) {
          call(body, item, thread);
        }
      }
    } catch (...) {
      const std::lock_guard lock(error_mutex);
      if (!error) error = std::current_exception();
      for (Share& share : shares) share.next.store(share.end, std::memory_order_relaxed);
    }
  }

  void wait_for_workers() {
    spin_then_sleep(
        spins, [this] { return busy.load(std::memory_order_acquire) == 0; },
        [this] {
          const int now = busy.load();
          if (now != 0) busy.wait(now);
        });
  }

  void serve(int thread) {
    for (unsigned seen = 0;; seen++) {
      spin_then_sleep(
          spins, [&] { return round.load(std::memory_order_acquire) != seen; },
          [&] { round.wait(seen); });
      if (!call) return;
      work(thread);
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
    }
  }

  std::vector<Share> shares;
  std::vector<std::thread> workers;
  std::atomic<unsigned> round{0};
  std::atomic<int> busy{0};
  Call call = nullptr;
  const void* body = nullptr;
  std::mutex error_mutex;
  std::exception_ptr error;
  int spins;
};

ThreadPool::ThreadPool(int threads) {
  if (threads < 0 || threads > kMaxThreads) {
    throw ArgumentError("threads is " + std::to_string(threads) + "; 0 (all) to " +
                        std::to_string(kMaxThreads) + " wanted");
  }
  impl_ = std::make_unique<Impl>(threads == 0 ? available_processors() : threads);
}

ThreadPool::~ThreadPool() = default;

int ThreadPool::threads() const { return static_cast<int>(impl_->shares.size()); }

void ThreadPool::run(int64_t items, Call call, const void* body) {
  if (items <= 0) return;
  if (items == 1 || threads() == 1) {  // not worth a hand-over
    for (int64_t i = 0; i < items; i++) call(body, i, 0);
    return;
  }
  impl_->run(items, call, body);
}

}  // namespace fovea
