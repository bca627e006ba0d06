// SPDX-License-Identifier: Apache-2.0
// Graphs: capture, instantiation, update, replay.
#include "cuda_emulation/configuration.h"
#include "cuda_runtime_api.h"
#include "report/emit.h"
#include "runtime/capture.h"
#include "runtime/error_state.h"
#include "runtime/graph.h"

#include <map>
#include <mutex>

struct CUgraphExec_st {
  std::unique_ptr<cuda_emulation::Graph> graph;
};

namespace cuda_emulation {
namespace {

std::mutex& graph_mutex = *new std::mutex;
auto& graphs = *new std::map<cudaGraph_t, std::unique_ptr<Graph>>;
auto& executables = *new std::map<cudaGraphExec_t, std::shared_ptr<CUgraphExec_st>>;

Graph* find(cudaGraph_t handle) {
  const std::lock_guard<std::mutex> lock(graph_mutex);
  return graphs.count(handle) ? handle : nullptr;
}

std::shared_ptr<CUgraphExec_st> find(cudaGraphExec_t handle) {
  const std::lock_guard<std::mutex> lock(graph_mutex);
  const auto found = executables.find(handle);
  return found == executables.end() ? nullptr : found->second;
}

cudaError_t invalid(const char* function, const char* what, const void* caller) {
  return report_host_error(cudaErrorInvalidResourceHandle, "invalid_handle", caller,
                           "%s: the %s was destroyed or never created", function, what);
}

cudaGraphExecUpdateResult compare(const GraphNode& old, const GraphNode& replacement) {
  if (old.operation.type != replacement.operation.type)
    return cudaGraphExecUpdateErrorNodeTypeChanged;
  if (old.dependencies.size() != replacement.dependencies.size())
    return cudaGraphExecUpdateErrorTopologyChanged;
  for (size_t i = 0; i < old.dependencies.size(); ++i) {
    if (old.dependencies[i]->index != replacement.dependencies[i]->index)
      return cudaGraphExecUpdateErrorTopologyChanged;
  }
  if (old.operation.function != replacement.operation.function)
    return cudaGraphExecUpdateErrorFunctionChanged;
  return cudaGraphExecUpdateSuccess;
}

}  // namespace
}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode mode) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid("cudaStreamBeginCapture", "stream", __builtin_return_address(0));
  if (!handle || handle == cudaStreamLegacy) {
    return report_host_error(cudaErrorStreamCaptureUnsupported, "stream_capture",
                             __builtin_return_address(0),
                             "cudaStreamBeginCapture: the default stream cannot be captured");
  }
  return set_last_error(begin_capture(stream, mode));
}

cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t* graph) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid("cudaStreamEndCapture", "stream", __builtin_return_address(0));
  if (!graph) return set_last_error(cudaErrorInvalidValue);
  *graph = nullptr;
  std::unique_ptr<Graph> recorded;
  if (cudaError_t error = end_capture(stream, &recorded)) return set_last_error(error);
  *graph = recorded.get();
  const std::lock_guard<std::mutex> lock(graph_mutex);
  graphs.emplace(*graph, std::move(recorded));
  return cudaSuccess;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus* status) {
  const StreamPtr stream = find_stream(handle);
  if (!stream) return invalid("cudaStreamIsCapturing", "stream", __builtin_return_address(0));
  const CapturePtr capture = capture_of(stream);
  *status = !capture           ? cudaStreamCaptureStatusNone
            : capture->valid() ? cudaStreamCaptureStatusActive
                               : cudaStreamCaptureStatusInvalidated;
  return cudaSuccess;
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  *mode = exchange_capture_mode(*mode);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  const std::lock_guard<std::mutex> lock(graph_mutex);
  return graphs.erase(graph) ? cudaSuccess : set_last_error(cudaErrorInvalidValue);
}

cudaError_t cudaGraphGetNodes(cudaGraph_t handle, cudaGraphNode_t* nodes, size_t* count) {
  const Graph* graph = find(handle);
  if (!graph || !count) return set_last_error(cudaErrorInvalidValue);
  const size_t room = nodes ? *count : 0;
  for (size_t i = 0; i < room; ++i)
    nodes[i] = i < graph->nodes.size() ? graph->nodes[i].get() : nullptr;
  if (!nodes || *count > graph->nodes.size()) *count = graph->nodes.size();
  return cudaSuccess;
}

cudaError_t cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType* type) {
  if (!node || !type) return set_last_error(cudaErrorInvalidValue);
  *type = node->operation.type;
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t handle,
                                 unsigned long long) {
  const Graph* graph = find(handle);
  if (!graph || !executable) return set_last_error(cudaErrorInvalidValue);
  auto created = std::make_shared<CUgraphExec_st>();
  created->graph = copy_graph(*graph);
  *executable = created.get();
  const std::lock_guard<std::mutex> lock(graph_mutex);
  executables.emplace(*executable, std::move(created));
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* executable, cudaGraph_t graph,
                                          unsigned long long flags) {
  return cudaGraphInstantiate(executable, graph, flags);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  const std::lock_guard<std::mutex> lock(graph_mutex);
  return executables.erase(executable) ? cudaSuccess : set_last_error(cudaErrorInvalidValue);
}

cudaError_t cudaGraphUpload(cudaGraphExec_t executable, cudaStream_t) {
  return find(executable) ? cudaSuccess
                          : invalid("cudaGraphUpload", "graph", __builtin_return_address(0));
}

// The nodes become operations of the stream, in an order that their dependencies allow.
cudaError_t cudaGraphLaunch(cudaGraphExec_t handle, cudaStream_t stream_handle) {
  const auto executable = find(handle);
  if (!executable) return invalid("cudaGraphLaunch", "graph", __builtin_return_address(0));
  const StreamPtr stream = find_stream(stream_handle);
  if (!stream) return invalid("cudaGraphLaunch", "stream", __builtin_return_address(0));
  if (cudaError_t error = sticky_error(stream->device)) return set_last_error(error);
  if (cudaError_t error =
          refuse_if_capturing(stream, "cudaGraphLaunch", __builtin_return_address(0)))
    return error;
  for (const size_t i : execution_order(*executable->graph, configuration().streams)) {
    const Operation& operation = executable->graph->nodes[i]->operation;
    submit(stream, operation.again ? operation.again() : operation);
  }
  return cudaSuccess;
}

cudaError_t cudaGraphExecUpdate(cudaGraphExec_t handle, cudaGraph_t replacement_handle,
                                cudaGraphExecUpdateResultInfo* info) {
  const auto executable = find(handle);
  Graph* replacement = find(replacement_handle);
  if (!executable || !replacement || !info) return set_last_error(cudaErrorInvalidValue);
  *info = {cudaGraphExecUpdateSuccess, nullptr, nullptr};
  auto& nodes = executable->graph->nodes;
  if (nodes.size() != replacement->nodes.size())
    info->result = cudaGraphExecUpdateErrorTopologyChanged;
  for (size_t i = 0; i < nodes.size() && info->result == cudaGraphExecUpdateSuccess; ++i) {
    info->result = compare(*nodes[i], *replacement->nodes[i]);
    if (info->result != cudaGraphExecUpdateSuccess) info->errorNode = replacement->nodes[i].get();
  }
  if (info->result != cudaGraphExecUpdateSuccess)
    return set_last_error(cudaErrorGraphExecUpdateFailure);
  executable->graph = copy_graph(*replacement);
  return cudaSuccess;
}

}  // namespace cuda_emulated
