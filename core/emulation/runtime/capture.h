// SPDX-License-Identifier: Apache-2.0
// Recording a graph from streams: from cudaStreamBeginCapture on, operations become nodes instead
// of work. Other streams join by waiting for an event recorded in the capture, and are joined again
// by the opposite.
#pragma once
#include "runtime/graph.h"
#include "runtime/stream.h"

#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace cuda_emulation {

class Capture {
 public:
  Capture(StreamPtr origin, cudaStreamCaptureMode mode);

  const StreamPtr& origin() const { return origin_; }
  cudaStreamCaptureMode mode() const { return mode_; }
  std::thread::id thread() const { return thread_; }
  bool valid() const { return valid_; }
  void invalidate() { valid_ = false; }

  // The nodes that the stream's next operation depends on.
  using Frontier = std::vector<GraphNode*>;
  const Frontier& frontier(const StreamPtr& stream) { return frontiers_[stream]; }
  void append(const StreamPtr& stream, Operation operation);
  void join(const StreamPtr& stream, const Frontier& nodes);
  bool all_joined() const;  // whether every node is one that the origin's frontier depends on
  std::vector<StreamPtr> streams() const;
  std::unique_ptr<Graph> take_graph() { return std::move(graph_); }

 private:
  StreamPtr origin_;
  cudaStreamCaptureMode mode_;
  std::thread::id thread_;
  bool valid_ = true;
  std::unique_ptr<Graph> graph_;
  std::map<StreamPtr, Frontier> frontiers_;
};
using CapturePtr = std::shared_ptr<Capture>;

// The capture that the stream takes part in, or null.
CapturePtr capture_of(const StreamPtr& stream);
cudaError_t begin_capture(const StreamPtr& stream, cudaStreamCaptureMode mode);
cudaError_t end_capture(const StreamPtr& stream, std::unique_ptr<Graph>* graph);
// If the stream is capturing: takes the operation as a node.
bool record_in_capture(const StreamPtr& stream, Operation& operation);
// The stream waits for nodes of a capture, and so becomes part of it.
cudaError_t join_capture(const StreamPtr& stream, const CapturePtr& capture,
                         const Capture::Frontier& nodes);

// For calls that a capture forbids: an error if the stream, or the calling thread's mode, does not
// allow them now. The captures concerned become invalid.
cudaError_t refuse_if_capturing(const StreamPtr& stream, const char* function, const void* caller);
cudaError_t refuse_while_capturing(const char* function, const void* caller);
// The legacy default stream would wait for a capturing stream.
cudaError_t refuse_default_stream(const StreamPtr& stream, const char* function,
                                  const void* caller);
// The calling thread's mode, exchanged.
cudaStreamCaptureMode exchange_capture_mode(cudaStreamCaptureMode mode);

}  // namespace cuda_emulation
