// SPDX-License-Identifier: Apache-2.0
#include "step_graph.h"

namespace fovea {

void StepGraph::run(Context& ctx, const Key& key, const std::function<void()>& work) {
  if (graph_ && key == of_graph_) return graph_->launch();
  if (last_ == key && !refused_) {
    graph_ = Graph::capture(ctx.stream(), work);
    of_graph_ = key;
    refused_ = !graph_;
    if (graph_) return graph_->launch();
  }
  last_ = key;
  work();
}

}  // namespace fovea
