// SPDX-License-Identifier: Apache-2.0
// Work in different streams, and of the host, that nothing orders.
#include "bug.h"
#include "support.h"

namespace planted {

namespace {

constexpr int count = 256;
constexpr std::size_t bytes = count * sizeof(float);

__global__ void fill(float* out, float value) {
  out[threadIdx.x] = value;  // other: reads_before_written, waits_for_old_event
                             // bug: copies_too_early, frees_too_early
}

template <bool fixed>
__global__ void copy_values(const float* in, float* out) {
  out[threadIdx.x] = in[threadIdx.x];  // bug: reads_before_written, uploads_too_late
}

struct Event {
  Event() { cudaEventCreateWithFlags(&handle, cudaEventDisableTiming); }
  Event(const Event&) = delete;
  ~Event() { cudaEventDestroy(handle); }
  cudaEvent_t handle = nullptr;
};

// All work of `later` submitted from now on waits for what `earlier` holds.
void order(const Stream& earlier, const Stream& later) {
  const Event event;
  cudaEventRecord(event.handle, earlier);
  cudaStreamWaitEvent(later, event.handle, 0);
}

struct Pinned {
  Pinned(float value) {
    cudaMallocHost(&data, bytes);
    for (int i = 0; i < count; ++i) data[i] = value;
  }
  Pinned(const Pinned&) = delete;
  ~Pinned() { cudaFreeHost(data); }
  bool holds(float value) const {
    for (int i = 0; i < count; ++i) {
      if (data[i] != value) return false;
    }
    return true;
  }
  float* data = nullptr;
};

Values read_after(const Stream& stream, const Array<float>& array) {
  cudaStreamSynchronize(stream);
  return array.read();
}

bool reads_before_written(bool fixed) {
  const Stream producer, consumer;
  const Array<float> middle(Values(count, 0.0f)), out(Values(count, 0.0f));
  launch(fill, 1, count, 0, producer, middle.get(), 1.0f);
  if (fixed) order(producer, consumer);
  launch(fixed ? copy_values<true> : copy_values<false>, 1, count, 0, consumer, middle.get(),
         out.get());
  return read_after(consumer, out) == Values(count, 1.0f);
}

bool uploads_too_late(bool fixed) {
  const Stream loader, worker;
  const Array<float> in(Values(count, 0.0f)), out(Values(count, 0.0f));
  const Pinned source(1.0f);
  cudaMemcpyAsync(in.get(), source.data, bytes, cudaMemcpyHostToDevice,
                  loader);  // other: uploads_too_late
  if (fixed) order(loader, worker);
  launch(fixed ? copy_values<true> : copy_values<false>, 1, count, 0, worker, in.get(), out.get());
  const bool right = read_after(worker, out) == Values(count, 1.0f);
  cudaStreamSynchronize(loader);
  return right;
}

// The wait is for an event recorded before the work.
bool waits_for_old_event(bool fixed) {
  const Stream producer, consumer;
  const Array<float> middle(Values(count, 0.0f));
  const Pinned result(0.0f);
  const Event event;
  if (!fixed) cudaEventRecord(event.handle, producer);
  launch(fill, 1, count, 0, producer, middle.get(), 1.0f);
  if (fixed) cudaEventRecord(event.handle, producer);
  cudaStreamWaitEvent(consumer, event.handle, 0);
  cudaMemcpyAsync(result.data, middle.get(), bytes, cudaMemcpyDeviceToHost,
                  consumer);  // bug: waits_for_old_event
  cudaStreamSynchronize(consumer);
  return result.holds(1.0f);
}

bool copies_too_early(bool fixed) {
  const Stream producer, consumer;
  const Array<float> middle(Values(count, 0.0f)), out(Values(count, 0.0f));
  if (fixed) order(producer, consumer);
  cudaMemcpyAsync(out.get(), middle.get(), bytes, cudaMemcpyDeviceToDevice,
                  consumer);  // other: copies_too_early
  if (fixed) order(consumer, producer);
  launch(fill, 1, count, 0, producer, middle.get(), 1.0f);
  cudaStreamSynchronize(producer);
  return read_after(consumer, out) == Values(count, 0.0f);
}

bool frees_too_early(bool fixed) {
  const Stream owner, user;
  float* memory = nullptr;
  cudaMallocAsync(&memory, bytes, owner);
  order(owner, user);
  if (fixed) {
    launch(fill, 1, count, 0, user, memory, 1.0f);
    order(user, owner);
    cudaFreeAsync(memory, owner);
  } else {
    cudaFreeAsync(memory, owner);                   // other: frees_too_early
    launch(fill, 1, count, 0, user, memory, 1.0f);  // bug: frees_too_early
  }
  cudaDeviceSynchronize();
  return true;
}

bool reuses_pinned_source(bool fixed) {
  const Stream stream;
  const Array<float> in(Values(count, 0.0f));
  const Pinned source(1.0f);
  cudaMemcpyAsync(in.get(), source.data, bytes, cudaMemcpyHostToDevice,
                  stream);  // other: reuses_pinned_source
  if (fixed) cudaStreamSynchronize(stream);
  for (int i = 0; i < count; ++i) source.data[i] = 2.0f;  // bug: reuses_pinned_source
  return read_after(stream, in) == Values(count, 1.0f);
}

bool reads_result_too_early(bool fixed) {
  const Stream stream;
  const Array<float> values(Values(count, 0.0f));
  const Pinned result(7.0f);
  launch(fill, 1, count, 0, stream, values.get(), 1.0f);
  cudaMemcpyAsync(result.data, values.get(), bytes, cudaMemcpyDeviceToHost,
                  stream);  // other: reads_result_too_early
  if (fixed) cudaStreamSynchronize(stream);
  bool right = true;
  for (int i = 0; i < count; ++i) right &= result.data[i] == 1.0f;  // bug: reads_result_too_early
  cudaStreamSynchronize(stream);
  return right;
}

}  // namespace

Bugs stream_bugs() {
#define BUG(name, kind, kernel, plain) \
  { #name, __FILE__, name, kind, kernel, plain, plain }
  return {
      BUG(reads_before_written, "stream_race", "copy_values<false", Notices::somehow),
      BUG(uploads_too_late, "stream_race", "copy_values<false", Notices::somehow),
      BUG(waits_for_old_event, "stream_race", nullptr, Notices::somehow),
      BUG(copies_too_early, "stream_race", "fill", Notices::somehow),
      {"frees_too_early", __FILE__, frees_too_early, "use_after_free", nullptr, Notices::nothing,
       Notices::somehow},
      BUG(reuses_pinned_source, "host_race", nullptr, Notices::somehow),
      BUG(reads_result_too_early, "host_race", nullptr, Notices::somehow),
  };
#undef BUG
}

}  // namespace planted
