// SPDX-License-Identifier: Apache-2.0
#include "runtime/capture.h"

#include "report/emit.h"
#include "runtime/error_state.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace cuda_emulation {
namespace {

// Guards all captures; taken before the stream scheduler's mutex.
std::recursive_mutex& capture_mutex = *new std::recursive_mutex;
using Lock = std::lock_guard<std::recursive_mutex>;

auto& captures = *new std::vector<CapturePtr>;
thread_local cudaStreamCaptureMode thread_mode = cudaStreamCaptureModeGlobal;

void mark_ancestors(const GraphNode& node, std::vector<bool>& marked) {
  if (marked[node.index]) return;
  marked[node.index] = true;
  for (const GraphNode* dependency : node.dependencies) mark_ancestors(*dependency, marked);
}

cudaError_t refuse(cudaError_t error, const char* function, const void* caller, const char* why) {
  return report_host_error(error, "stream_capture", caller, "%s: %s", function, why);
}

}  // namespace

Capture::Capture(StreamPtr origin, cudaStreamCaptureMode mode)
    : origin_(std::move(origin)),
      mode_(mode),
      thread_(std::this_thread::get_id()),
      graph_(std::make_unique<Graph>()) {
  frontiers_[origin_];
}

void Capture::append(const StreamPtr& stream, Operation operation) {
  auto node = std::make_unique<GraphNode>();
  operation.after.clear();
  node->operation = std::move(operation);
  node->index = graph_->nodes.size();
  Frontier& frontier = frontiers_[stream];
  node->dependencies = frontier;
  frontier = {node.get()};
  graph_->nodes.push_back(std::move(node));
}

void Capture::join(const StreamPtr& stream, const Frontier& nodes) {
  Frontier& frontier = frontiers_[stream];
  for (GraphNode* node : nodes) {
    if (std::find(frontier.begin(), frontier.end(), node) == frontier.end())
      frontier.push_back(node);
  }
}

bool Capture::all_joined() const {
  std::vector<bool> marked(graph_->nodes.size());
  for (const GraphNode* node : frontiers_.at(origin_)) mark_ancestors(*node, marked);
  return std::find(marked.begin(), marked.end(), false) == marked.end();
}

std::vector<StreamPtr> Capture::streams() const {
  std::vector<StreamPtr> streams;
  for (const auto& entry : frontiers_) streams.push_back(entry.first);
  return streams;
}

CapturePtr capture_of(const StreamPtr& stream) {
  const Lock lock(capture_mutex);
  for (const CapturePtr& capture : captures) {
    const auto streams = capture->streams();
    if (std::find(streams.begin(), streams.end(), stream) != streams.end()) return capture;
  }
  return nullptr;
}

cudaError_t begin_capture(const StreamPtr& stream, cudaStreamCaptureMode mode) {
  const Lock lock(capture_mutex);
  if (capture_of(stream)) return cudaErrorIllegalState;
  captures.push_back(std::make_shared<Capture>(stream, mode));
  return cudaSuccess;
}

cudaError_t end_capture(const StreamPtr& stream, std::unique_ptr<Graph>* graph) {
  const Lock lock(capture_mutex);
  const CapturePtr capture = capture_of(stream);
  if (!capture) return cudaErrorIllegalState;
  if (capture->origin() != stream) {
    capture->invalidate();
    return cudaErrorStreamCaptureUnmatched;
  }
  if (capture->mode() != cudaStreamCaptureModeRelaxed &&
      capture->thread() != std::this_thread::get_id()) {
    return cudaErrorStreamCaptureWrongThread;
  }
  std::erase(captures, capture);
  if (!capture->valid()) return cudaErrorStreamCaptureInvalidated;
  if (!capture->all_joined()) return cudaErrorStreamCaptureUnjoined;
  *graph = capture->take_graph();
  return cudaSuccess;
}

bool record_in_capture(const StreamPtr& stream, Operation& operation) {
  const Lock lock(capture_mutex);
  if (captures.empty()) return false;
  const CapturePtr capture = capture_of(stream);
  if (!capture) return false;
  if (operation.gate && !operation.again) {
    capture->invalidate();
  } else {
    capture->append(stream, std::move(operation));
  }
  return true;
}

cudaError_t join_capture(const StreamPtr& stream, const CapturePtr& capture,
                         const Capture::Frontier& nodes) {
  const Lock lock(capture_mutex);
  if (std::find(captures.begin(), captures.end(), capture) == captures.end())
    return cudaErrorCapturedEvent;
  const CapturePtr own = capture_of(stream);
  if (own && own != capture) {
    own->invalidate();
    capture->invalidate();
    return cudaErrorStreamCaptureMerge;
  }
  capture->join(stream, nodes);
  return cudaSuccess;
}

cudaError_t refuse_if_capturing(const StreamPtr& stream, const char* function, const void* caller) {
  const Lock lock(capture_mutex);
  const CapturePtr capture = captures.empty() ? nullptr : capture_of(stream);
  if (!capture) return cudaSuccess;
  capture->invalidate();
  return refuse(cudaErrorStreamCaptureUnsupported, function, caller,
                "not permitted while the stream is capturing");
}

cudaError_t refuse_while_capturing(const char* function, const void* caller) {
  const Lock lock(capture_mutex);
  if (captures.empty() || thread_mode == cudaStreamCaptureModeRelaxed) return cudaSuccess;
  bool refused = false;
  for (const CapturePtr& capture : captures) {
    const bool own = capture->thread() == std::this_thread::get_id();
    const bool concerned = capture->mode() == cudaStreamCaptureModeGlobal
                               ? own || thread_mode == cudaStreamCaptureModeGlobal
                               : capture->mode() == cudaStreamCaptureModeThreadLocal && own;
    if (!concerned) continue;
    capture->invalidate();
    refused = true;
  }
  if (!refused) return cudaSuccess;
  return refuse(cudaErrorStreamCaptureUnsupported, function, caller,
                "not permitted while a stream is capturing");
}

cudaError_t refuse_default_stream(const StreamPtr& stream, const char* function,
                                  const void* caller) {
  const Lock lock(capture_mutex);
  for (const CapturePtr& capture : captures) {
    for (const StreamPtr& capturing : capture->streams()) {
      if (!capturing->blocking || capturing->device != stream->device || capturing == stream)
        continue;
      capture->invalidate();
      return refuse(cudaErrorStreamCaptureImplicit, function, caller,
                    "the default stream would wait for a stream that is capturing");
    }
  }
  return cudaSuccess;
}

cudaStreamCaptureMode exchange_capture_mode(cudaStreamCaptureMode mode) {
  return std::exchange(thread_mode, mode);
}

}  // namespace cuda_emulation
