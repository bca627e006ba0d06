// SPDX-License-Identifier: Apache-2.0
// Work of a stream that was put into it once and can be given to it again, as a whole.
#pragma once

#include <fovea/core/runtime/stream.h>

#include <functional>
#include <memory>

namespace FOVEA_API fovea {

class Graph {
 public:
  // What `work` puts into the stream, without running it. Null when that cannot be kept: on the
  // host, or because it allocates memory, waits for the device, or throws DeviceError. Nothing has
  // happened then. The memory that the work uses must stay where it is.
  static std::unique_ptr<Graph> capture(const Stream& stream, const std::function<void()>& work);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  void launch() const;

 private:
  Graph(const Stream& stream, GraphHandle handle) : stream_(stream), handle_(handle) {}

  const Stream& stream_;
  GraphHandle handle_;
};

}  // namespace fovea
