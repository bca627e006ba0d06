// SPDX-License-Identifier: Apache-2.0
// Streams, events and host functions: what is ordered, and when the host may look.
#include "device_buffer.h"
#include "kernels/simple.cuh"

#include <cuda_portable/launch.cuh>

#include <atomic>
#include <cmath>
#include <thread>

using cuda_portable::launch;

namespace {

constexpr int n = 100;
constexpr std::size_t bytes = n * sizeof(float);

struct Event {
  explicit Event(unsigned flags = cudaEventDefault) {
    REQUIRE_CUDA(cudaEventCreateWithFlags(&handle, flags));
  }
  Event(const Event&) = delete;
  ~Event() { cudaEventDestroy(handle); }
  operator cudaEvent_t() const { return handle; }
  cudaEvent_t handle = nullptr;
};

std::vector<float> constant(float value) { return std::vector<float>(n, value); }

}  // namespace

TEST_CASE("work of one stream is done in order") {
  const TestStream stream;
  const DeviceBuffer<float> values(n);
  REQUIRE_CUDA(launch(fill, 1, 128, 0, stream, values.get(), 3.0f, n));
  REQUIRE_CUDA(launch(scale, 1, 128, 0, stream, values.get(), 2.0f, n));
  REQUIRE_CUDA(launch(add, 1, 128, 0, stream, values.get(), values.get(), n));
  stream.synchronize();
  CHECK(values.download() == constant(12.0f));
}

TEST_CASE("an event orders work of two streams") {
  const TestStream first, second;
  const Event event(cudaEventDisableTiming);
  const DeviceBuffer<float> a(constant(0)), b(constant(1));
  REQUIRE_CUDA(launch(fill, 1, 128, 0, first, a.get(), 5.0f, n));
  REQUIRE_CUDA(cudaEventRecord(event, first));
  REQUIRE_CUDA(cudaStreamWaitEvent(second, event, 0));
  REQUIRE_CUDA(launch(add, 1, 128, 0, second, b.get(), a.get(), n));
  second.synchronize();
  CHECK(b.download() == constant(6.0f));
}

TEST_CASE("an event stands for its latest recording") {
  const TestStream first, second;
  const Event event(cudaEventDisableTiming);
  const DeviceBuffer<float> a(constant(0)), b(constant(0));
  for (const float value : {1.0f, 2.0f}) {
    REQUIRE_CUDA(launch(fill, 1, 128, 0, first, a.get(), value, n));
    REQUIRE_CUDA(cudaEventRecord(event, first));
  }
  REQUIRE_CUDA(cudaEventSynchronize(event));
  REQUIRE_CUDA(launch(add, 1, 128, 0, second, b.get(), a.get(), n));
  second.synchronize();
  CHECK(b.download() == constant(2.0f));
}

TEST_CASE("the default stream waits for blocking streams and they for it") {
  cudaStream_t blocking = nullptr;
  REQUIRE_CUDA(cudaStreamCreate(&blocking));
  const DeviceBuffer<float> values(n);
  REQUIRE_CUDA(launch(fill, 1, 128, 0, blocking, values.get(), 1.0f, n));
  REQUIRE_CUDA(launch(scale, 1, 128, 0, nullptr, values.get(), 3.0f, n));
  REQUIRE_CUDA(launch(scale, 1, 128, 0, blocking, values.get(), 5.0f, n));
  REQUIRE_CUDA(cudaStreamSynchronize(blocking));
  CHECK(values.download() == constant(15.0f));
  CHECK_CUDA(cudaStreamDestroy(blocking));
}

TEST_CASE("each host thread has a stream of its own") {
  const DeviceBuffer<float> values(n);
  REQUIRE_CUDA(launch(fill, 1, 128, 0, cudaStreamPerThread, values.get(), 1.0f, n));
  REQUIRE_CUDA(cudaStreamSynchronize(cudaStreamPerThread));
  cudaError_t error = cudaErrorUnknown;
  std::thread other([&] {
    launch(scale, 1, 128, 0, cudaStreamPerThread, values.get(), 4.0f, n);
    error = cudaStreamSynchronize(cudaStreamPerThread);
  });
  other.join();
  CHECK(error == cudaSuccess);
  CHECK(values.download() == constant(4.0f));
}

TEST_CASE("pageable memory may be reused as soon as an asynchronous copy returns") {
  const TestStream stream;
  const DeviceBuffer<float> values(n);
  std::vector<float> host = constant(1.0f);
  REQUIRE_CUDA(cudaMemcpyAsync(values.get(), host.data(), bytes, cudaMemcpyHostToDevice, stream));
  host = constant(2.0f);
  stream.synchronize();
  CHECK(values.download() == constant(1.0f));
  REQUIRE_CUDA(launch(fill, 1, 128, 0, stream, values.get(), 7.0f, n));
  REQUIRE_CUDA(cudaMemcpyAsync(host.data(), values.get(), bytes, cudaMemcpyDeviceToHost, stream));
  CHECK(host == constant(7.0f));  // written before the call returned
}

TEST_CASE("host functions run in stream order") {
  const TestStream stream;
  const DeviceBuffer<float> values(n);
  float* pinned = nullptr;
  REQUIRE_CUDA(cudaMallocHost(&pinned, bytes));
  struct Look {
    const float* data;
    float seen;
  } look{pinned, 0};
  REQUIRE_CUDA(launch(fill, 1, 128, 0, stream, values.get(), 9.0f, n));
  REQUIRE_CUDA(cudaMemcpyAsync(pinned, values.get(), bytes, cudaMemcpyDeviceToHost, stream));
  REQUIRE_CUDA(cudaStreamSynchronize(stream));
  REQUIRE_CUDA(cudaLaunchHostFunc(
      stream,
      [](void* data) { static_cast<Look*>(data)->seen = static_cast<Look*>(data)->data[n - 1]; },
      &look));
  stream.synchronize();
  CHECK(look.seen == 9.0f);
  CHECK_CUDA(cudaFreeHost(pinned));
}

TEST_CASE("polling a stream or an event comes to an end") {
  const TestStream stream;
  const Event event;
  const DeviceBuffer<float> values(n);
  for (int i = 0; i < 5; ++i)
    REQUIRE_CUDA(launch(fill, 1, 128, 0, stream, values.get(), float(i), n));
  REQUIRE_CUDA(cudaEventRecord(event, stream));
  int polls = 0;
  cudaError_t state = cudaErrorNotReady;
  while (state == cudaErrorNotReady && ++polls < 100) state = cudaEventQuery(event);
  CHECK(state == cudaSuccess);
  CHECK_CUDA(cudaStreamQuery(stream));
  cudaGetLastError();
}

TEST_CASE("events measure time if they were made to") {
  const TestStream stream;
  const Event start, end, untimed(cudaEventDisableTiming), never;
  const DeviceBuffer<float> values(n);
  REQUIRE_CUDA(cudaEventRecord(start, stream));
  REQUIRE_CUDA(launch(fill, 1, 128, 0, stream, values.get(), 1.0f, n));
  REQUIRE_CUDA(cudaEventRecord(end, stream));
  REQUIRE_CUDA(cudaEventRecord(untimed, stream));
  REQUIRE_CUDA(cudaEventSynchronize(untimed));
  float milliseconds = -1;
  CHECK_CUDA(cudaEventElapsedTime(&milliseconds, start, end));
  CHECK(milliseconds > 0.0f);
  CHECK(cudaEventElapsedTime(&milliseconds, start, untimed) == cudaErrorInvalidResourceHandle);
  CHECK(cudaEventElapsedTime(&milliseconds, start, never) == cudaErrorInvalidResourceHandle);
  cudaGetLastError();
}

TEST_CASE("a destroyed stream still does its work") {
  const DeviceBuffer<float> values(constant(0));
  cudaStream_t stream = nullptr;
  REQUIRE_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  REQUIRE_CUDA(launch(fill, 1, 128, 0, stream, values.get(), 4.0f, n));
  REQUIRE_CUDA(cudaStreamDestroy(stream));
  REQUIRE_CUDA(cudaDeviceSynchronize());
  CHECK(values.download() == constant(4.0f));
}

TEST_CASE("streams tell flags, priority and device") {
  int least = 1, greatest = 1;
  REQUIRE_CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  CHECK(least == 0);
  CHECK(greatest < 0);
  cudaStream_t stream = nullptr;
  REQUIRE_CUDA(cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, greatest - 100));
  unsigned flags = 0;
  int priority = 0;
  CHECK_CUDA(cudaStreamGetFlags(stream, &flags));
  CHECK(flags == cudaStreamNonBlocking);
  CHECK_CUDA(cudaStreamGetPriority(stream, &priority));
  CHECK(priority == greatest);
  CHECK_CUDA(cudaStreamDestroy(stream));
}

TEST_CASE("two host threads may use one stream") {
  const TestStream stream;
  const DeviceBuffer<float> values(constant(0)), ones(constant(1));
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        failures += launch(add, 1, 128, 0, stream, values.get(), ones.get(), n) != cudaSuccess;
        if (i % 5 == 4) failures += cudaStreamSynchronize(stream) != cudaSuccess;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stream.synchronize();
  CHECK(failures == 0);
  CHECK(values.download() == constant(40.0f));
}
