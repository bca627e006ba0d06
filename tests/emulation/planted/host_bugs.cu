// SPDX-License-Identifier: Apache-2.0
// Calls of the host that a GPU refuses, or that harm later ones.
#include "bug.h"
#include "support.h"

#include <cublas_v2.h>
#include <cuda_portable/shared_memory.cuh>

namespace planted {

namespace {

__global__ void copy_one(const float* in, float* out) { out[threadIdx.x] = in[threadIdx.x]; }

__global__ void needs_dynamic(float* out) {
  float* tile = cuda_portable::dynamic_shared<float>();
  tile[threadIdx.x] = float(threadIdx.x);
  out[threadIdx.x] = tile[threadIdx.x];
}

bool passes_host_pointer(bool fixed) {
  const Values host = ascending(32);
  const Array<float> in(host), out(32);
  return launch(copy_one, 1, 32, 0, nullptr, fixed ? in.get() : host.data(), out.get()) ==
             cudaSuccess &&
         out.read() == host;
}

bool passes_other_device(bool fixed) {
  cudaSetDevice(fixed ? 0 : 1);
  const Array<float> in(ascending(32));
  cudaSetDevice(0);
  const Array<float> out(32);
  return launch(copy_one, 1, 32, 0, nullptr, in.get(), out.get()) == cudaSuccess &&
         out.read() == ascending(32);
}

bool passes_freed(bool fixed) {
  const Array<float> out(32);
  float* in = nullptr;
  cudaMalloc(&in, 32 * sizeof(float));
  cudaMemset(in, 0, 32 * sizeof(float));
  if (!fixed) cudaFree(in);
  const cudaError_t error = launch(copy_one, 1, 32, 0, nullptr, in, out.get());
  if (fixed) cudaFree(in);
  return error == cudaSuccess;
}

bool frees_twice(bool fixed) {
  float* memory = nullptr;
  cudaMalloc(&memory, 4);
  cudaFree(memory);
  return fixed || cudaFree(memory) == cudaSuccess;  // bug: frees_twice
}

bool frees_the_middle(bool fixed) {
  float* memory = nullptr;
  cudaMalloc(&memory, 1024);
  const bool right = cudaFree(memory + (fixed ? 0 : 64)) == cudaSuccess;  // bug: frees_the_middle
  if (!fixed) cudaFree(memory);
  return right;
}

bool copies_past_end(bool fixed) {
  const Array<float> to(32);
  const Values from(33);
  return cudaMemcpy(to.get(), from.data(), (fixed ? 32 : 33) * sizeof(float),
                    cudaMemcpyHostToDevice) == cudaSuccess;  // bug: copies_past_end
}

bool sets_past_end(bool fixed) {
  const Array<float> to(32);
  return cudaMemset(to.get(), 0, fixed ? 128 : 129) == cudaSuccess;  // bug: sets_past_end
}

bool names_wrong_direction(bool fixed) {
  const Array<float> to(32);
  const Values from(32);
  const cudaMemcpyKind kind = fixed ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost;
  return cudaMemcpy(to.get(), from.data(), 128, kind) == cudaSuccess;  // bug: names_wrong_direction
}

bool launches_too_many_threads(bool fixed) {
  const Array<float> in(ascending(1024)), out(1024);
  return launch(copy_one, 1, fixed ? 1024 : 1025, 0, nullptr, in.get(), out.get()) == cudaSuccess;
}

bool asks_for_too_much_shared(bool fixed) {
  const Array<float> out(32);
  if (fixed) cuda_portable::allow_shared_memory(needs_dynamic, 100 * 1024);
  return launch(needs_dynamic, 1, 32, 100 * 1024, nullptr, out.get()) == cudaSuccess;
}

bool launches_in_other_devices_stream(bool fixed) {
  cudaSetDevice(fixed ? 0 : 1);
  const Stream stream;
  cudaSetDevice(0);
  const Array<float> in(ascending(32)), out(32);
  const bool right = launch(copy_one, 1, 32, 0, stream, in.get(), out.get()) == cudaSuccess;
  cudaStreamSynchronize(stream);
  return right;
}

bool uses_destroyed_stream(bool fixed) {
  const Array<float> in(ascending(32)), out(32);
  cudaStream_t stream = nullptr;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  if (!fixed) cudaStreamDestroy(stream);
  const cudaError_t error = launch(copy_one, 1, 32, 0, stream, in.get(), out.get());
  if (fixed) cudaStreamDestroy(stream);
  return error == cudaSuccess;
}

bool allocates_managed(bool fixed) {
  float* memory = nullptr;
  if (fixed) return cudaMalloc(&memory, 4) == cudaSuccess && cudaFree(memory) == cudaSuccess;
  return cudaMallocManaged(&memory, 4) == cudaSuccess;  // bug: allocates_managed
}

bool synchronises_in_capture(bool fixed) {
  const Stream stream;
  const Array<float> in(ascending(32)), out(32);
  cudaGraph_t graph = nullptr;
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  launch(copy_one, 1, 32, 0, stream, in.get(), out.get());
  if (!fixed) cudaStreamSynchronize(stream);  // bug: synchronises_in_capture
  const bool right = cudaStreamEndCapture(stream, &graph) == cudaSuccess;
  if (graph) cudaGraphDestroy(graph);
  return right;
}

// The product is one row too large for the memory of C.
bool multiplies_past_end(bool fixed) {
  const Array<float> a(Values(9 * 8, 1.0f)), b(Values(8 * 8, 1.0f)), c(Values(8 * 8, 0.0f));
  cublasHandle_t handle = nullptr;
  cublasCreate(&handle);
  const int rows = fixed ? 8 : 9;
  const float one = 1, zero = 0;
  const bool right =
      cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, rows, 8, 8, &one, a.get(), rows, b.get(), 8,
                  &zero, c.get(), rows) == CUBLAS_STATUS_SUCCESS;  // bug: multiplies_past_end
  cublasDestroy(handle);
  return right && c.read() == Values(8 * 8, 8.0f);
}

}  // namespace

Bugs host_bugs() {
#define BUG(name, kind) \
  { #name, __FILE__, name, kind, nullptr, Notices::a_report, Notices::a_report }
  return {
      BUG(passes_host_pointer, "host_pointer"),
      BUG(passes_other_device, "wrong_device"),
      {"passes_freed", __FILE__, passes_freed, "use_after_free", nullptr, Notices::somehow,
       Notices::somehow},
      {"frees_twice", __FILE__, frees_twice, "double_free", nullptr, Notices::a_report,
       Notices::a_report},
      BUG(frees_the_middle, "invalid_free"),
      BUG(copies_past_end, "out_of_bounds"),
      BUG(sets_past_end, "out_of_bounds"),
      BUG(multiplies_past_end, "cublas"),
      BUG(names_wrong_direction, "wrong_direction"),
      BUG(launches_too_many_threads, "launch_configuration"),
      BUG(asks_for_too_much_shared, "launch_configuration"),
      BUG(launches_in_other_devices_stream, "launch_configuration"),
      BUG(uses_destroyed_stream, "invalid_handle"),
      BUG(allocates_managed, "unsupported"),
      BUG(synchronises_in_capture, "stream_capture"),
  };
#undef BUG
}

}  // namespace planted
