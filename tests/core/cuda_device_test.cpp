// SPDX-License-Identifier: Apache-2.0
// Devices, and tensors, workspaces and contexts on each of them.
#include "support/devices.h"
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/core/runtime/precision.h>
#include <fovea/core/runtime/stream.h>

#include <catch2/catch.hpp>

#include <numeric>

namespace fovea {
namespace {

std::vector<float> values_of(const Tensor& tensor) {
  const Tensor here = test::to_host(tensor);
  return {here.data<float>(), here.data<float>() + here.elements()};
}

TEST_CASE("devices are read and written by name") {
  for (const char* name : {"cpu", "cuda:0", "cuda:12"})
    CHECK(Device::parse(name).to_string() == name);
  CHECK(Device::parse("cuda") == Device::cuda(0));
  for (const char* name : {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:1x", "CPU", "cuda 1"}) {
    CHECK(test::error_message<ConfigError>([&] { Device::parse(name); }) ==
          "device \"" + std::string(name) + R"(": "cpu", "cuda" or "cuda:N" wanted)");
  }
}

TEST_CASE("an emulated GPU is never the best device") {
  const bool real = test::has_cuda() && !cuda_runtime()->emulated();
  CHECK(Device::best_available() == (real ? Device::cuda() : Device::cpu()));
}

TEST_CASE("tensors travel between devices") {
  const Tensor host = Tensor::from<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  for (const Device device : test::test_devices()) {
    CAPTURE(device.to_string());
    const Tensor there = host.clone().to(device);
    CHECK(there.device() == device);
    CHECK(there.shape() == host.shape());
    CHECK(values_of(there) == values_of(host));
    CHECK(values_of(there.rows(1, 2)) == std::vector<float>{4, 5, 6});
    CHECK(there.to(device).raw() == there.raw());
    const Tensor copy = there.clone();
    CHECK(copy.device() == device);
    there.zero();
    CHECK(values_of(there) == std::vector<float>(6));
    CHECK(values_of(copy) == values_of(host));
    there.rows(0, 1).copy_from(copy.rows(1, 2));
    CHECK(values_of(there) == std::vector<float>{4, 5, 6, 0, 0, 0});
    CHECK(Tensor().to(device).empty());
    CHECK(Tensor({0, 3}, DType::f32, device).to(Device::cpu()).elements() == 0);
  }
}

TEST_CASE("a new tensor is zero and aligned on every device, and its slack may be read") {
  for (const Device device : test::test_devices()) {
    const Tensor tensor({17, 3}, DType::f32, device);
    CHECK(reinterpret_cast<uintptr_t>(tensor.raw()) % Storage::kAlignment == 0);
    CHECK(values_of(tensor) == std::vector<float>(51));
    std::vector<float> slack(Storage::kSlack / sizeof(float), 1.0f);
    copy_bytes(Device::cpu(), slack.data(), device, tensor.data<float>() + 51, Storage::kSlack);
    CHECK(slack == std::vector<float>(slack.size()));
  }
}

TEST_CASE("a workspace hands out memory of its device") {
  test::for_each_device([](Context& ctx) {
    Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<float>(100));
    auto* memory = scope.take<float>(100);
    std::vector<float> values(100, 2.5f);
    copy_bytes(ctx.device(), memory, Device::cpu(), values.data(), 400);
    std::vector<float> back(100);
    copy_bytes(Device::cpu(), back.data(), ctx.device(), memory, 400);
    CHECK(back == values);
    CHECK_NOTHROW(ctx.synchronize());
  });
}

TEST_CASE("a device that does not exist is an error that says what there is") {
  const Device device = Device::cuda(7);
  if (!test::has_cuda()) {
    CHECK_THROWS_WITH(Context({.device = device}), Catch::Contains("built without CUDA"));
    CHECK_THROWS_AS(Tensor({1}, DType::f32, device), DeviceError);
    return;
  }
  const std::string message = "device cuda:7 does not exist; there ";
  CHECK_THROWS_WITH(Context({.device = device}), Catch::StartsWith(message));
  CHECK_THROWS_WITH(Tensor({1}, DType::f32, device), Catch::StartsWith(message));
}

TEST_CASE("a GPU tells what it is, and memory that it has not is an error with the sizes") {
  if (!test::has_cuda()) return;
  const DeviceProperties properties = cuda_runtime()->properties(0);
  CHECK(!properties.name.empty());
  CHECK(properties.sm >= 50);
  CHECK(properties.free <= properties.memory);
  const std::string message = test::error_message<DeviceError>(
      [] { Tensor({int64_t{1} << 44}, DType::f32, Device::cuda()); });
  CHECK_THAT(message, Catch::Contains("out of memory: 70368744177664 bytes were asked for, "));
  CHECK_THAT(message, Catch::Contains(std::to_string(properties.memory)));
}

TEST_CASE("a GPU before sm_80 has no tensor cores for tf32 and bf16") {
  const DeviceProperties turing{.name = "Tesla T4", .sm = 75}, ampere{.name = "A100", .sm = 80};
  CHECK_NOTHROW(check_supported(Precision::fp32, turing));
  CHECK_NOTHROW(check_supported(Precision::bf16, ampere));
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    CHECK(test::error_message<DeviceError>([&] { check_supported(precision, turing); }) ==
          "Tesla T4 is sm_75; tf32 and bf16 need sm_80 or later: set train.precision to \"fp32\"");
  }
}

TEST_CASE("tensors travel between two GPUs") {
  if (!test::has_cuda() || cuda_runtime()->device_count() < 2) return;
  std::vector<float> values(1000);
  std::iota(values.begin(), values.end(), 1.0f);
  const Tensor host = Tensor::from<float>({1000}, std::span<const float>(values));
  const Tensor second = host.to(Device::cuda(0)).to(Device::cuda(1));
  CHECK(second.device() == Device::cuda(1));
  CHECK(values_of(second) == values);
}

}  // namespace
}  // namespace fovea
