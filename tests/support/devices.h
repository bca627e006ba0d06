// SPDX-License-Identifier: Apache-2.0
// The devices that a test runs on, from one list: the CPU, and the first GPU, emulated or real,
// where the test program has one linked.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace fovea::test {

inline bool has_cuda() { return cuda_runtime() != nullptr && cuda_runtime()->device_count() > 0; }

// For tests that need GPUs: whether there are fewer, which is said so that ctest lists the test as
// skipped.
inline bool lacks_cuda(int devices = 1) {
  if (cuda_runtime() != nullptr && cuda_runtime()->device_count() >= devices) return false;
  WARN("test skipped: fewer than " << devices << " CUDA devices");
  return true;
}

inline std::vector<Device> test_devices() {
  std::vector<Device> devices{Device::cpu()};
  if (has_cuda()) devices.push_back(Device::cuda());
  return devices;
}

// Calls body(ctx) for each of them.
template <class Body>
void for_each_device(Body body, ContextOptions options = {.threads = 2}) {
  for (const Device device : test_devices()) {
    options.device = device;
    Context ctx(options);
    CAPTURE(device.to_string());
    body(ctx);
  }
}

// A copy of the elements on the context's device, for an op that writes into it; an empty tensor
// stays one.
inline Tensor to_device(const Context& ctx, const Tensor& tensor) {
  return tensor.device() == ctx.device() ? tensor.clone() : tensor.to(ctx.device());
}
inline Tensor to_host(const Tensor& tensor) { return tensor.to(Device::cpu()); }

// For an op's result.
inline Tensor new_tensor(const Context& ctx, const Shape& shape, DType type = DType::f32) {
  return Tensor(shape, type, ctx.device());
}

}  // namespace fovea::test
