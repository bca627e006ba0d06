// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/did_you_mean.h>
#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/io/npy.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/features.h>

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

bool is_activation(const std::string& type) {
  return type == "relu" || type == "tanh" || type == "sigmoid";
}

// Index of the node whose output is wanted.
size_t node_of(const Net& net, const std::string& layer) {
  const std::vector<Node>& nodes = net.nodes();
  if (layer.empty()) {
    for (size_t i = nodes.size(); i-- > 0;) {
      if (!nodes[i].parameters.empty() && nodes[i].inputs[0] > 0)
        return static_cast<size_t>(nodes[i].inputs[0]) - 1;
    }
    return nodes.size() - 1;
  }
  const auto found =
      std::ranges::find_if(nodes, [&](const Node& node) { return node.name == layer; });
  if (found == nodes.end()) {
    std::vector<std::string> names;
    std::string list;
    for (const Node& node : nodes) {
      names.push_back(node.name);
      list += (list.empty() ? "" : " ") + node.name;
    }
    throw ConfigError("the net has no layer \"" + layer + "\"" + did_you_mean(layer, names) +
                      "; its layers are " + list);
  }
  const auto i = static_cast<size_t>(found - nodes.begin());
  const auto reads = [&](const Node& node) {
    return std::ranges::count(node.inputs, static_cast<int>(i) + 1) > 0;
  };
  const auto reader = std::ranges::find_if(nodes, reads);
  const bool alone = std::ranges::count_if(nodes, reads) == 1;
  return alone && is_activation(reader->type) ? static_cast<size_t>(reader - nodes.begin()) : i;
}

// Sums in double precision: of 4096 squares single ones would hide small differences.
float distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); i++) {
    const double difference = double{a[i]} - double{b[i]};
    sum += difference * difference;
  }
  return static_cast<float>(std::sqrt(sum));
}

}  // namespace

Net net_up_to(const Model& model, const std::string& layer) {
  return model.net.up_to(node_of(model.net, layer));
}

Tensor extract_features(const Net& net, Context& ctx, BatchSource& source, int64_t batch) {
  const Shape wanted = net.input_shape().sample();
  if (source.image() != wanted && source.image().elements() != wanted.elements()) {
    throw ConfigError("the pictures are " + source.image().to_string() + ", the net takes " +
                      wanted.to_string() + " (height, width, channels)");
  }
  Execution execution =
      Execution::inference(net, ctx, {.batch = std::min(batch, source.samples())});
  const int64_t width = net.output_shape().elements();
  Tensor features({source.samples(), width});
  Batch pictures;
  int64_t row = 0;
  source.seek(0, 0);
  for (int64_t b = 0; b < source.batches(); b++) {
    source.next(pictures);
    for (int64_t begin = 0; begin < pictures.size(); begin += execution.batch()) {
      const int64_t end = std::min(pictures.size(), begin + execution.batch()), n = end - begin;
      const Tensor x =
          pictures.images.rows(begin, end).reshaped(execution.input_shape().with_batch(n));
      features.rows(row, row + n).copy_from(execution.forward(x).reshaped({n, width}));
      row += n;
    }
  }
  return features;
}

std::vector<std::vector<Neighbour>> nearest_rows(const Tensor& features,
                                                 std::span<const int64_t> queries, int64_t count,
                                                 ThreadPool& pool) {
  const int64_t rows = features.shape()[0], width = features.shape()[1];
  const auto row = [&](int64_t i) {
    return features.span<float>().subspan(static_cast<size_t>(i * width),
                                          static_cast<size_t>(width));
  };
  std::vector<std::vector<Neighbour>> all;
  std::vector<Neighbour> others(static_cast<size_t>(rows));
  for (const int64_t query : queries) {
    pool.parallel_ranges(rows, 256, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        others[static_cast<size_t>(i)] = {i, i == query ? INFINITY : distance(row(query), row(i))};
    });
    std::vector<Neighbour> sorted = others;
    sorted.erase(sorted.begin() + query);
    const auto end = sorted.begin() + std::min(count, std::ssize(sorted));
    std::partial_sort(sorted.begin(), end, sorted.end(), [](const auto& a, const auto& b) {
      return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
    });
    sorted.erase(end, sorted.end());
    all.push_back(std::move(sorted));
  }
  return all;
}

void save_npy(const std::string& path, const Tensor& values) {
  AtomicFile file(path);
  file.write(npy_header(values.shape().extents()));
  const Tensor host = values.to(Device::cpu());
  file.write(std::as_bytes(host.span<float>()));
  file.commit();
}

}  // namespace fovea
