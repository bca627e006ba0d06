// SPDX-License-Identifier: Apache-2.0
// Streams, events and pinned memory. Under lazy streams of the emulation what nobody orders comes
// in the wrong order.
#include "support/devices.h"
#include "support/error_message.h"
#include "support/values.h"

#include <fovea/core/error.h>
#include <fovea/core/runtime/event.h>
#include <fovea/core/runtime/graph.h>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <string_view>
#include <thread>

namespace fovea {
namespace {

bool lazy() {
  const char* streams = std::getenv("CUDA_EMULATION_STREAMS");
  return streams != nullptr && std::string_view(streams) == "lazy";
}

Tensor numbers(std::initializer_list<float> values, Device device) {
  return Tensor::from<float>({static_cast<int64_t>(values.size())}, values).to(device).clone();
}

std::vector<float> on_host(const Tensor& tensor) {
  return test::elements<float>(test::to_host(tensor));
}

TEST_CASE("a stream of a GPU waits for an event of another one") {
  for (const Device device : test::test_devices()) {
    const Stream first(device), second(device);
    const Tensor a = numbers({1, 2}, device), b = numbers({0, 0}, device), c = b.clone();
    Event done(device);
    CHECK(done.is_done());  // stands for nothing yet
    first.copy(a, b);
    done.record(first);
    CHECK(done.is_done() == !(lazy() && !device.is_cpu()));
    second.wait(done);
    second.copy(b, c);
    second.synchronize();
    CHECK(done.is_done());
    CHECK(on_host(c) == std::vector<float>{1, 2});
  }
}

TEST_CASE("copies to and from pinned memory follow the streams of a GPU") {
  for (const Device device : test::test_devices()) {
    const Stream stream(device);
    const Tensor from = Tensor::pinned({3}, DType::f32, device);
    const Tensor to = Tensor::pinned({3}, DType::f32, device);
    CHECK(from.device().is_cpu());
    CHECK(from.is_pinned() == !device.is_cpu());
    const Tensor there({3}, DType::f32, device);
    for (int i = 0; i < 3; i++) from.data<float>()[i] = 5.0f + static_cast<float>(i);
    stream.copy(from, there);
    stream.copy(there, to);
    Event arrived(device);
    arrived.record(stream);
    arrived.synchronize();
    CHECK(test::elements<float>(to) == std::vector<float>{5, 6, 7});
    if (device.is_cpu()) continue;
    CHECK_THROWS_AS(stream.copy(Tensor({3}), there), ArgumentError);  // not pinned: would wait
  }
}

TEST_CASE("copies and fills that wait come behind all streams of a GPU") {
  if (!test::has_cuda()) return;
  const Device device = Device::cuda();
  const Stream first(device), second(device);
  const Tensor a = numbers({1, 2}, device), b = numbers({3, 4}, device),
               x = numbers({0, 0}, device);
  first.copy(a, x);
  CHECK(on_host(x) == std::vector<float>{1, 2});
  second.copy(x, b);
  x.zero();  // after it was read
  CHECK(on_host(b) == std::vector<float>{1, 2});
  first.copy(x, a);
  CHECK(on_host(a) == std::vector<float>{0, 0});
}

TEST_CASE("a thread may copy while another one records work of the same GPU") {
  if (!test::has_cuda()) return;
  const Device device = Device::cuda();
  const Stream stream(device);
  const Tensor a = numbers({1, 2}, device), x = numbers({0, 0}, device), y = x.clone();
  stream.copy(a, x);  // before the recording: others must see it
  std::vector<float> seen;
  std::string trouble;
  const auto graph = Graph::capture(stream, [&] {
    stream.copy(x, y);
    std::thread([&] {
      trouble = test::error_message<DeviceError>([&] {
        seen = on_host(x);
        x.copy_from(Tensor::from<float>({2}, {8, 9}));
        const Tensor more({1000}, DType::f32, device);
        more.zero();
        const Stream another(device);
        another.copy(more, more.clone());
        throw DeviceError("none");
      });
    }).join();
  });
  CHECK(trouble == "none");
  CHECK(seen == std::vector<float>{1, 2});
  REQUIRE(graph != nullptr);
  CHECK(on_host(y) == std::vector<float>{0, 0});  // recorded only
  graph->launch();
  CHECK(on_host(y) == std::vector<float>{8, 9});
}

TEST_CASE("a copy that would wait for a GPU whose work this thread records is refused") {
  if (!test::has_cuda()) return;
  const Device device = Device::cuda();
  const Stream stream(device);
  const Tensor x = numbers({1, 2}, device), y = numbers({0, 0}, device);
  std::string message;
  const auto graph = Graph::capture(stream, [&] {
    stream.copy(x, y);
    message = test::error_message<DeviceError>([&] { (void)on_host(y); });
    throw DeviceError(message);
  });
  CHECK(graph == nullptr);
  CHECK(message == "while work is recorded as a graph, the host cannot wait for it");
  CHECK(on_host(y) == std::vector<float>{0, 0});
}

TEST_CASE("two GPUs and the host exchange values in order") {
  if (!test::has_cuda() || cuda_runtime()->device_count() < 2) return;
  const Stream first(Device::cuda(0)), second(Device::cuda(1));
  const Tensor a = numbers({1, 2}, Device::cuda(0)), b = numbers({0, 0}, Device::cuda(0));
  const Tensor c = numbers({7, 7}, Device::cuda(1)), d = numbers({0, 0}, Device::cuda(1));
  first.copy(a, b);
  second.copy(c, d);
  c.copy_from(b);  // behind both
  CHECK(on_host(c) == std::vector<float>{1, 2});
  CHECK(on_host(d) == std::vector<float>{7, 7});
}

}  // namespace
}  // namespace fovea
