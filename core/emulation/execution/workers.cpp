// SPDX-License-Identifier: Apache-2.0
// The threads that run blocks. They are started by the first launch and never end: they run kernels
// and nothing else.
#include "execution/checker.h"
#include "execution/faults.h"
#include "execution/thread_block.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <numeric>
#include <system_error>
#include <thread>

namespace cuda_emulation {
namespace {

constexpr size_t worker_stack = size_t(64)
                                << 20;  // glibc carves the thread-local segment out of it

size_t fiber_stack(const Configuration& configuration) {
  if (configuration.stack_kb) return configuration.stack_kb * 1024;
  return size_t(checked() || address_sanitized() ? 256 : 64) * 1024;
}

int worker_count(const Configuration& configuration) {
  if (checked() || address_sanitized())
    return 1;  // one record of accesses; __shared__ variables are plain statics
  if (configuration.workers > 0) return configuration.workers;
  return std::max(1, int(std::thread::hardware_concurrency()));
}

class Workers {
 public:
  // Leaked: workers wait on it while the program's static objects are destroyed.
  static Workers& instance() {
    static Workers& workers = *new Workers;
    return workers;
  }

  void run(Launch& launch) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!started_) start(launch.configuration);
    Task task{&launch, 0};
    queue_.push_back(&task);
    work_.notify_all();
    done_.wait(lock, [&] { return task.taken == task_done && task.active == 0; });
  }

 private:
  static constexpr int task_done = 1;
  struct Task {
    Launch* launch;
    int active;     // workers on it
    int taken = 0;  // task_done: no block is left to begin
  };

  void start(const Configuration& configuration) {
    started_ = true;
    stack_size_ = fiber_stack(configuration);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, worker_stack);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (int i = worker_count(configuration); i-- > 0;) {
      pthread_t thread;
      const int error = pthread_create(&thread, &attributes, &Workers::enter, this);
      if (error)
        throw std::system_error(error, std::generic_category(),
                                "cuda_emulation: starting a worker thread");
    }
    pthread_attr_destroy(&attributes);
  }

  static void* enter(void* self) {
    static_cast<Workers*>(self)->serve();
    return nullptr;
  }

  void serve() {
    auto& block =
        *new ThreadBlock(stack_size_);  // too large for a stack; lives as long as the thread
    prepare_for_faults();
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      work_.wait(lock, [&] { return !queue_.empty(); });
      Task& task = *queue_.front();
      ++task.active;
      lock.unlock();
      run_blocks(block, *task.launch);
      lock.lock();
      if (task.taken != task_done) {
        task.taken = task_done;
        queue_.erase(std::find(queue_.begin(), queue_.end(), &task));
      }
      if (--task.active == 0) done_.notify_all();
    }
  }

  static void run_blocks(ThreadBlock& block, Launch& launch) {
    while (!launch.failed) {
      const uint64_t position = launch.next.fetch_add(1);
      if (position >= launch.blocks) return;
      block.run(launch, position);
    }
  }

  std::mutex mutex_;
  std::condition_variable work_, done_;
  std::deque<Task*> queue_;
  bool started_ = false;
  size_t stack_size_ = 0;
};

std::atomic<uint32_t> next_key{1};

// A permutation of the blocks: a factor without a common divisor.
void choose_random_order(Launch& launch) {
  uint64_t factor = launch.configuration.seed * 2654435761u | 1;
  while (std::gcd(factor, launch.blocks) != 1) factor += 2;
  launch.factor = factor % launch.blocks;
  if (launch.blocks == 1) launch.factor = 0;
  launch.offset = launch.configuration.seed * 40503u;
}

}  // namespace

uint32_t take_keys(uint64_t count) { return next_key.fetch_add(uint32_t(count)); }

void run_launch(Launch& launch) {
  launch.blocks = uint64_t(launch.grid.x) * launch.grid.y * launch.grid.z;
  launch.first_key = take_keys(launch.blocks);
  choose_random_order(launch);
  if (Checker* check = checker()) check->launch_starts(launch);
  handle_faults();
  Workers::instance().run(launch);
  if (Checker* check = checker()) check->launch_ends(launch);
}

}  // namespace cuda_emulation
