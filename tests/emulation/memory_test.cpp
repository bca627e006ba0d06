// SPDX-License-Identifier: Apache-2.0
// Memory, copies, pools and peers.
#include "device_buffer.h"
#include "kernels/simple.cuh"

#include <cuda_portable/launch.cuh>

#include <cstring>

using cuda_portable::launch;

namespace {

constexpr int n = 64;
constexpr std::size_t bytes = n * sizeof(float);
std::vector<float> constant(float value) { return std::vector<float>(n, value); }

}  // namespace

TEST_CASE("two-dimensional copies leave the gaps between rows alone") {
  const std::size_t width = 12, height = 5, host_pitch = 20;
  std::vector<unsigned char> source(host_pitch * height), result(host_pitch * height, 0xee);
  for (std::size_t i = 0; i < source.size(); ++i) source[i] = static_cast<unsigned char>(i);
  void* device = nullptr;
  std::size_t pitch = 0;
  REQUIRE_CUDA(cudaMallocPitch(&device, &pitch, width, height));
  CHECK(pitch % 256 == 0);
  REQUIRE_CUDA(cudaMemset2DAsync(device, pitch, 0, width, height));
  REQUIRE_CUDA(cudaMemcpy2D(device, pitch, source.data(), host_pitch, width, height,
                            cudaMemcpyHostToDevice));
  REQUIRE_CUDA(cudaMemcpy2D(result.data(), host_pitch, device, pitch, width, height,
                            cudaMemcpyDeviceToHost));
  for (std::size_t row = 0; row < height; ++row) {
    CHECK(std::memcmp(&result[row * host_pitch], &source[row * host_pitch], width) == 0);
    CHECK(result[row * host_pitch + width] == 0xee);
  }
  CHECK_CUDA(cudaFree(device));
}

TEST_CASE("the direction of a copy may be left to the pointers") {
  const DeviceBuffer<float> a(constant(1)), b(constant(2));
  std::vector<float> host = constant(0);
  CHECK_CUDA(cudaMemcpy(b.get(), a.get(), bytes, cudaMemcpyDefault));
  CHECK_CUDA(cudaMemcpy(host.data(), b.get(), bytes, cudaMemcpyDefault));
  CHECK(host == constant(1));
}

TEST_CASE("kernels of one device reach another's memory after peer access was enabled") {
  int devices = 0;
  REQUIRE_CUDA(cudaGetDeviceCount(&devices));
  if (devices < 2) {
    WARN("test skipped: one device only");
    return;
  }
  int can = 0;
  REQUIRE_CUDA(cudaDeviceCanAccessPeer(&can, 0, 1));
  CHECK(can == 1);
  REQUIRE_CUDA(cudaSetDevice(1));
  const DeviceBuffer<float> there(constant(3));
  REQUIRE_CUDA(cudaSetDevice(0));
  const DeviceBuffer<float> here(constant(1));
  REQUIRE_CUDA(cudaDeviceEnablePeerAccess(1, 0));
  CHECK(cudaDeviceEnablePeerAccess(1, 0) == cudaErrorPeerAccessAlreadyEnabled);
  CHECK(cudaGetLastError() == cudaErrorPeerAccessAlreadyEnabled);
  REQUIRE_CUDA(launch(add, 1, n, 0, nullptr, here.get(), there.get(), n));
  CHECK(here.download() == constant(4));
  REQUIRE_CUDA(cudaDeviceDisablePeerAccess(1));
}

TEST_CASE("peer copies need no peer access") {
  int devices = 0;
  REQUIRE_CUDA(cudaGetDeviceCount(&devices));
  if (devices < 2) {
    WARN("test skipped: one device only");
    return;
  }
  REQUIRE_CUDA(cudaSetDevice(1));
  const DeviceBuffer<float> there(n);
  REQUIRE_CUDA(cudaSetDevice(0));
  const DeviceBuffer<float> here(constant(6));
  REQUIRE_CUDA(cudaMemcpyPeer(there.get(), 1, here.get(), 0, bytes));
  REQUIRE_CUDA(cudaDeviceSynchronize());
  CHECK(there.download() == constant(6));
}

TEST_CASE("pointers tell what they point to") {
  const DeviceBuffer<float> device(n);
  float* pinned = nullptr;
  REQUIRE_CUDA(cudaMallocHost(&pinned, bytes));
  float ordinary = 0;
  cudaPointerAttributes attributes{};
  CHECK_CUDA(cudaPointerGetAttributes(&attributes, device.get() + 3));
  CHECK(attributes.type == cudaMemoryTypeDevice);
  CHECK(attributes.device == 0);
  CHECK_CUDA(cudaPointerGetAttributes(&attributes, pinned));
  CHECK(attributes.type == cudaMemoryTypeHost);
  CHECK_CUDA(cudaPointerGetAttributes(&attributes, &ordinary));
  CHECK(attributes.type == cudaMemoryTypeUnregistered);
  CHECK_CUDA(cudaFreeHost(pinned));
}

TEST_CASE("registered memory counts as pinned until it is unregistered") {
  std::vector<float> host = constant(2);
  REQUIRE_CUDA(cudaHostRegister(host.data(), bytes, cudaHostRegisterDefault));
  CHECK(cudaHostRegister(host.data(), bytes, 0) == cudaErrorHostMemoryAlreadyRegistered);
  cudaPointerAttributes attributes{};
  CHECK_CUDA(cudaPointerGetAttributes(&attributes, host.data()));
  CHECK(attributes.type == cudaMemoryTypeHost);
  CHECK_CUDA(cudaHostUnregister(host.data()));
  CHECK(cudaHostUnregister(host.data()) == cudaErrorHostMemoryNotRegistered);
  cudaGetLastError();
}

TEST_CASE("memory of a stream's pool is counted and freed in stream order") {
  const TestStream stream;
  cudaMemPool_t pool = nullptr;
  REQUIRE_CUDA(cudaDeviceGetDefaultMemPool(&pool, 0));
  const auto used = [&] {
    unsigned long long value = 0;
    REQUIRE_CUDA(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &value));
    return value;
  };
  const auto before = used();
  float* memory = nullptr;
  REQUIRE_CUDA(cudaMallocAsync(&memory, bytes, stream));
  CHECK(used() == before + bytes);
  REQUIRE_CUDA(launch(fill, 1, n, 0, stream, memory, 8.0f, n));
  const DeviceBuffer<float> sum(constant(0));
  REQUIRE_CUDA(launch(add, 1, n, 0, stream, sum.get(), memory, n));
  REQUIRE_CUDA(cudaFreeAsync(memory, stream));
  stream.synchronize();
  CHECK(used() == before);
  CHECK(sum.download() == constant(8));
}

TEST_CASE("allocations beyond the device's memory fail and leave it usable") {
  std::size_t free = 0, total = 0;
  REQUIRE_CUDA(cudaMemGetInfo(&free, &total));
  CHECK(free <= total);
  void* memory = &free;
  CHECK(cudaMalloc(&memory, total + 1) == cudaErrorMemoryAllocation);
  CHECK(memory == nullptr);
  CHECK(cudaGetLastError() == cudaErrorMemoryAllocation);
  CHECK(cudaGetLastError() == cudaSuccess);
  const DeviceBuffer<float> values(constant(1));
  CHECK(values.download() == constant(1));
}
