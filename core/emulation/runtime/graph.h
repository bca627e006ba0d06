// SPDX-License-Identifier: Apache-2.0
// Graphs: operations recorded from streams, to be submitted again and again.
#pragma once
#include "cuda_emulation/configuration.h"
#include "runtime/stream.h"

#include <memory>
#include <vector>

// Handles are addresses of these.
struct CUgraphNode_st {
  cuda_emulation::Operation operation;  // without `after`
  std::vector<CUgraphNode_st*> dependencies;
  size_t index = 0;  // in its graph; dependencies have smaller ones
};

struct CUgraph_st {
  std::vector<std::unique_ptr<CUgraphNode_st>> nodes;
};

namespace cuda_emulation {

using Graph = CUgraph_st;
using GraphNode = CUgraphNode_st;

std::unique_ptr<Graph> copy_graph(const Graph& graph);
// Indices of the nodes in an order that respects their dependencies: as recorded, or as late as
// possible for those recorded early.
std::vector<size_t> execution_order(const Graph& graph, Streams streams);

}  // namespace cuda_emulation
