// SPDX-License-Identifier: Apache-2.0
// A training step on a GPU as one graph: launched as a whole, without the host's time for each
// kernel.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/graph.h>

#include <functional>
#include <memory>
#include <optional>

namespace fovea {

class StepGraph {
 public:
  // What must be the same for a replay to do the same as the step itself.
  struct Key {
    int64_t rows = 0;
    int shards = 0;
    const void *input = nullptr, *class_weights = nullptr;
    float smoothing = 0, divisor = 0;
    size_t workspace = 0;  // capacity: another one lies elsewhere

    bool operator==(const Key&) const = default;
  };

  // Does the work: by itself the first time, which allocates what there is to allocate, and by the
  // graph from the second time on. Work that cannot be a graph is done as it is.
  void run(Context& ctx, const Key& key, const std::function<void()>& work);
  bool is_replaying() const { return graph_ != nullptr; }

 private:
  std::unique_ptr<Graph> graph_;
  Key of_graph_;
  std::optional<Key> last_;
  bool refused_ = false;
};

}  // namespace fovea
