// SPDX-License-Identifier: Apache-2.0
#include "runtime/graph.h"

#include "cuda_emulation/configuration.h"

#include <algorithm>
#include <numeric>

namespace cuda_emulation {

std::unique_ptr<Graph> copy_graph(const Graph& graph) {
  auto copy = std::make_unique<Graph>();
  for (const auto& node : graph.nodes) {
    auto twin = std::make_unique<GraphNode>();
    twin->operation = node->operation;
    twin->index = node->index;
    for (const GraphNode* dependency : node->dependencies) {
      twin->dependencies.push_back(copy->nodes[dependency->index].get());
    }
    copy->nodes.push_back(std::move(twin));
  }
  return copy;
}

namespace {

void append(const GraphNode& node, std::vector<bool>& placed, std::vector<size_t>& order) {
  if (placed[node.index]) return;
  placed[node.index] = true;
  for (const GraphNode* dependency : node.dependencies) append(*dependency, placed, order);
  order.push_back(node.index);
}

}  // namespace

// Lazy: the node recorded last goes first, after only what it depends on, so that a missing
// dependency shows.
std::vector<size_t> execution_order(const Graph& graph, Streams streams) {
  std::vector<size_t> order;
  if (streams == Streams::eager) {
    order.resize(graph.nodes.size());
    std::iota(order.begin(), order.end(), size_t(0));
    return order;
  }
  std::vector<bool> placed(graph.nodes.size());
  for (size_t i = graph.nodes.size(); i-- > 0;) append(*graph.nodes[i], placed, order);
  return order;
}

}  // namespace cuda_emulation
