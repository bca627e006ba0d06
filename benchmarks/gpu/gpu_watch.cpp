// SPDX-License-Identifier: Apache-2.0
#include "gpu/gpu_watch.h"

#include "cuda/stream.h"

#include <fovea/core/tensor.h>

#include <memory>

namespace fovea::bench {
namespace {

class Event {
 public:
  Event() { cuda::check(cudaEventCreate(&event_), "cudaEventCreate"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cudaStream_t stream) {
    cuda::check(cudaEventRecord(event_, stream), "cudaEventRecord");
  }
  double seconds_since(const Event& start) const {
    float milliseconds = 0;
    cuda::check(cudaEventSynchronize(event_), "cudaEventSynchronize");
    cuda::check(cudaEventElapsedTime(&milliseconds, start.event_, event_), "cudaEventElapsedTime");
    return 1e-3 * static_cast<double>(milliseconds);
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace

Watch gpu_watch(Context& ctx, int64_t flushed) {
  const auto start = std::make_shared<Event>(), end = std::make_shared<Event>();
  const Tensor from({flushed}, DType::u8, ctx.device()), to({flushed}, DType::u8, ctx.device());
  return [=, &ctx](const std::function<void()>& work) {
    const cudaStream_t stream = cuda::stream_of(ctx);
    ctx.copy(from, to);
    start->record(stream);
    work();
    end->record(stream);
    return end->seconds_since(*start);
  };
}

}  // namespace fovea::bench
