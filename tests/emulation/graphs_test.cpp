// SPDX-License-Identifier: Apache-2.0
// Graphs: capture, replay, update, and what a capture forbids.
#include "device_buffer.h"
#include "kernels/simple.cuh"

#include <cuda_portable/launch.cuh>

using cuda_portable::launch;

namespace {

constexpr int n = 64;
std::vector<float> constant(float value) { return std::vector<float>(n, value); }

struct Graph {
  ~Graph() {
    if (executable) cudaGraphExecDestroy(executable);
    if (graph) cudaGraphDestroy(graph);
  }
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
};

std::size_t node_count(cudaGraph_t graph) {
  std::size_t count = 0;
  REQUIRE_CUDA(cudaGraphGetNodes(graph, nullptr, &count));
  return count;
}

// values = value, then * 2, captured.
void capture(cudaStream_t stream, float* values, float value, cudaGraph_t* graph) {
  REQUIRE_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  REQUIRE_CUDA(launch(fill, 1, n, 0, stream, values, value, n));
  REQUIRE_CUDA(launch(scale, 1, n, 0, stream, values, 2.0f, n));
  REQUIRE_CUDA(cudaStreamEndCapture(stream, graph));
}

}  // namespace

TEST_CASE("captured work is done when the graph is launched and each time") {
  const TestStream stream;
  const DeviceBuffer<float> values(constant(1)), sum(constant(0));
  Graph g;
  REQUIRE_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  CHECK_CUDA(cudaStreamIsCapturing(stream, &status));
  CHECK(status == cudaStreamCaptureStatusActive);
  REQUIRE_CUDA(launch(scale, 1, n, 0, stream, values.get(), 2.0f, n));
  REQUIRE_CUDA(launch(add, 1, n, 0, stream, sum.get(), values.get(), n));
  REQUIRE_CUDA(cudaStreamEndCapture(stream, &g.graph));
  CHECK(values.download() == constant(1));
  CHECK(node_count(g.graph) == 2);
  REQUIRE_CUDA(cudaGraphInstantiate(&g.executable, g.graph, 0));
  for (int i = 0; i < 3; ++i) REQUIRE_CUDA(cudaGraphLaunch(g.executable, stream));
  stream.synchronize();
  CHECK(values.download() == constant(8));
  CHECK(sum.download() == constant(2 + 4 + 8));
}

TEST_CASE("copies and sets are nodes of their kinds") {
  const TestStream stream;
  const DeviceBuffer<float> a(constant(3)), b(constant(0));
  Graph g;
  REQUIRE_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  REQUIRE_CUDA(
      cudaMemcpyAsync(b.get(), a.get(), n * sizeof(float), cudaMemcpyDeviceToDevice, stream));
  REQUIRE_CUDA(cudaMemsetAsync(a.get(), 0, n * sizeof(float), stream));
  REQUIRE_CUDA(cudaStreamEndCapture(stream, &g.graph));
  cudaGraphNode_t nodes[2] = {};
  std::size_t count = 2;
  REQUIRE_CUDA(cudaGraphGetNodes(g.graph, nodes, &count));
  REQUIRE(count == 2);
  cudaGraphNodeType types[2];
  for (int i = 0; i < 2; ++i) CHECK_CUDA(cudaGraphNodeGetType(nodes[i], &types[i]));
  CHECK(types[0] == cudaGraphNodeTypeMemcpy);
  CHECK(types[1] == cudaGraphNodeTypeMemset);
  REQUIRE_CUDA(cudaGraphInstantiate(&g.executable, g.graph, 0));
  REQUIRE_CUDA(cudaGraphLaunch(g.executable, stream));
  stream.synchronize();
  CHECK(b.download() == constant(3));
  CHECK(a.download() == constant(0));
}

TEST_CASE("streams fork and join within a capture") {
  const TestStream main, branch;
  const DeviceBuffer<float> a(n), b(n);
  cudaEvent_t forked = nullptr, joined = nullptr;
  REQUIRE_CUDA(cudaEventCreateWithFlags(&forked, cudaEventDisableTiming));
  REQUIRE_CUDA(cudaEventCreateWithFlags(&joined, cudaEventDisableTiming));
  Graph g;
  REQUIRE_CUDA(cudaStreamBeginCapture(main, cudaStreamCaptureModeGlobal));
  REQUIRE_CUDA(launch(fill, 1, n, 0, main, a.get(), 1.0f, n));
  REQUIRE_CUDA(cudaEventRecord(forked, main));
  REQUIRE_CUDA(cudaStreamWaitEvent(branch, forked, 0));
  REQUIRE_CUDA(launch(fill, 1, n, 0, branch, b.get(), 2.0f, n));
  REQUIRE_CUDA(launch(add, 1, n, 0, branch, b.get(), a.get(), n));
  REQUIRE_CUDA(cudaEventRecord(joined, branch));
  REQUIRE_CUDA(cudaStreamWaitEvent(main, joined, 0));
  REQUIRE_CUDA(launch(add, 1, n, 0, main, a.get(), b.get(), n));
  REQUIRE_CUDA(cudaStreamEndCapture(main, &g.graph));
  REQUIRE_CUDA(cudaGraphInstantiate(&g.executable, g.graph, 0));
  REQUIRE_CUDA(cudaGraphLaunch(g.executable, main));
  main.synchronize();
  CHECK(a.download() == constant(4));
  CHECK(cudaEventSynchronize(joined) == cudaErrorCapturedEvent);
  cudaGetLastError();
  CHECK_CUDA(cudaEventDestroy(forked));
  CHECK_CUDA(cudaEventDestroy(joined));
}

TEST_CASE("a branch that is not joined makes the capture fail") {
  const TestStream main, branch;
  const DeviceBuffer<float> values(n);
  cudaEvent_t forked = nullptr;
  REQUIRE_CUDA(cudaEventCreateWithFlags(&forked, cudaEventDisableTiming));
  REQUIRE_CUDA(cudaStreamBeginCapture(main, cudaStreamCaptureModeGlobal));
  REQUIRE_CUDA(cudaEventRecord(forked, main));
  REQUIRE_CUDA(cudaStreamWaitEvent(branch, forked, 0));
  REQUIRE_CUDA(launch(fill, 1, n, 0, branch, values.get(), 1.0f, n));
  cudaGraph_t graph = nullptr;
  CHECK(cudaStreamEndCapture(main, &graph) == cudaErrorStreamCaptureUnjoined);
  CHECK(graph == nullptr);
  cudaGetLastError();
  CHECK_CUDA(cudaEventDestroy(forked));
}

TEST_CASE("a graph is updated by another of the same shape") {
  const TestStream stream;
  const DeviceBuffer<float> values(n);
  Graph first, second, other;
  capture(stream, values.get(), 1.0f, &first.graph);
  capture(stream, values.get(), 5.0f, &second.graph);
  REQUIRE_CUDA(cudaGraphInstantiate(&first.executable, first.graph, 0));
  cudaGraphExecUpdateResultInfo info{};
  REQUIRE_CUDA(cudaGraphExecUpdate(first.executable, second.graph, &info));
  CHECK(info.result == cudaGraphExecUpdateSuccess);
  REQUIRE_CUDA(cudaGraphLaunch(first.executable, stream));
  stream.synchronize();
  CHECK(values.download() == constant(10));

  REQUIRE_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  REQUIRE_CUDA(launch(fill, 1, n, 0, stream, values.get(), 1.0f, n));
  REQUIRE_CUDA(launch(fill, 1, n, 0, stream, values.get(), 1.0f, n));
  REQUIRE_CUDA(cudaStreamEndCapture(stream, &other.graph));
  CHECK(cudaGraphExecUpdate(first.executable, other.graph, &info) ==
        cudaErrorGraphExecUpdateFailure);
  CHECK(info.result == cudaGraphExecUpdateErrorFunctionChanged);
  cudaGetLastError();
}

TEST_CASE("kernel arguments are those of the capture") {
  const TestStream stream;
  const DeviceBuffer<float> values(n);
  Graph g;
  float value = 3.0f;
  REQUIRE_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
  REQUIRE_CUDA(launch(fill, 1, n, 0, stream, values.get(), value, n));
  value = 4.0f;
  REQUIRE_CUDA(cudaStreamEndCapture(stream, &g.graph));
  REQUIRE_CUDA(cudaGraphInstantiate(&g.executable, g.graph, 0));
  REQUIRE_CUDA(cudaGraphLaunch(g.executable, stream));
  stream.synchronize();
  CHECK(values.download() == constant(3));
}
