// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/runtime/graph.h>

namespace fovea {

std::unique_ptr<Graph> Graph::capture(const Stream& stream, const std::function<void()>& work) {
  const Device device = stream.device();
  if (device.is_cpu()) return nullptr;
  const DeviceRuntime& runtime = runtime_of(device);
  runtime.begin_capture(device.index, stream.handle());
  bool done = false;
  try {
    work();
    done = true;
  } catch (const DeviceError&) {
  } catch (...) {
    if (GraphHandle handle = runtime.end_capture(device.index, stream.handle()))
      runtime.destroy_graph(device.index, handle);
    throw;
  }
  GraphHandle handle = runtime.end_capture(device.index, stream.handle());
  if (!handle) return nullptr;
  auto graph = std::unique_ptr<Graph>(new Graph(stream, handle));
  return done ? std::move(graph) : nullptr;
}

Graph::~Graph() {
  const Device device = stream_.device();
  runtime_of(device).destroy_graph(device.index, handle_);
}

void Graph::launch() const {
  const Device device = stream_.device();
  runtime_of(device).launch_graph(device.index, handle_, stream_.handle());
}

}  // namespace fovea
