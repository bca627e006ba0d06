// SPDX-License-Identifier: Apache-2.0
// A net: a directed acyclic graph of layers, and their parameters in one flat arena.
#pragma once

#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/core/tensor.h>
#include <fovea/layers/layer.h>
#include <fovea/layers/layer_registry.h>
#include <fovea/layers/parameter_init.h>
#include <fovea/layers/rounded_copy.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// A layer in the graph. Values are numbered: 0 is the net's input, i + 1 the output of node i.
struct Node {
  std::string name, type;
  std::shared_ptr<const Layer> layer;
  std::vector<int> inputs;      // values, all smaller than this node's own
  std::vector<int> parameters;  // indices into Net::parameters()
  Shape output;                 // for a batch of one
  // In the net that a placement has divided; -1: the node's own. Random numbers belong to it.
  int index = -1;
  bool whole_batch = false;  // its output has the rows of all ranks' shares of the batch
};

// Rows of a batch. With several ranks `share` may be one rank's, and `whole` those of all together,
// which values of nodes of the whole batch have.
struct BatchRows {
  int64_t share, whole;

  BatchRows(int64_t n) : share(n), whole(n) {}  // NOLINT: most nets have one kind of rows
  BatchRows(int64_t share_rows, int64_t whole_rows) : share(share_rows), whole(whole_rows) {}
  bool operator==(const BatchRows&) const = default;
};

struct Parameter {
  std::string name;  // "conv1.weight"
  ParameterSpec spec;
  size_t offset = 0;  // in elements, from the start of each arena; a multiple of 16
};

// A layer's inputs do not suit it.
class LayerError : public ArgumentError {
 public:
  LayerError(size_t node, const std::string& layer, const std::string& detail)
      : ArgumentError("layer " + layer + " " + detail), node_(node), detail_(detail) {}
  size_t node() const { return node_; }                  // its index in the graph
  const std::string& detail() const { return detail_; }  // what() without the layer's name

 private:
  size_t node_;
  std::string detail_;
};

class Net {
 public:
  // Builds the graph from a config's "model" object: {"input": [c, h, w] or [features], "init": ..,
  // "layers": [..]}, and initialises the parameters from `seed`; without one they are 0, for
  // whoever loads them or wants the graph alone. Throws ConfigError with every mistake found.
  static Net from_config(const Config& model, std::optional<uint64_t> seed,
                         const LayerRegistry& registry = LayerRegistry::builtin());

  // The same "model" object with every name and default, as JSON text. REQUIRES: from_config()
  // takes it.
  static std::string resolved_config(const Config& model,
                                     const LayerRegistry& registry = LayerRegistry::builtin());

  // What from_config() reads, for the reference page and the JSON Schema.
  static ConfigType config_type(const LayerRegistry& registry = LayerRegistry::builtin());

  // The same from nodes in execution order, each with name, type, layer and inputs filled in. The
  // last node's output is the net's. Throws LayerError when a layer's inputs do not suit it,
  // ArgumentError when the graph is not one.
  Net(Shape input, std::vector<Node> nodes, std::optional<uint64_t> seed,
      const ParameterInit& init = {});
  Net(Net&&) noexcept = default;
  Net& operator=(Net&&) noexcept = default;
  Net clone() const;  // the same layers, with parameters of its own
  // The part that makes the output of node `last`, which becomes its own, with copies of its
  // parameters.
  Net up_to(size_t last) const;

  const Shape& input_shape() const { return input_; }  // of a batch of one: (1, h, w, c)
  const Shape& output_shape() const {
    return nodes_.back().output;
  }  // of a batch of one: (1, classes)
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  // Shape of a value (0: the input) for a batch of so many rows.
  Shape value_shape(int value, BatchRows rows) const;
  std::vector<Shape> value_shapes(std::span<const int> values, BatchRows rows) const;
  std::vector<Shape> input_shapes(const Node& node, BatchRows rows) const {
    return value_shapes(node.inputs, rows);
  }

  int64_t parameter_count() const;  // padding of the arena not counted
  int64_t macs() const;             // multiply-accumulates of one sample's forward pass

  // Arenas of one layout, f32: all parameters, and their gradients (made when first asked for).
  const Tensor& values() const { return values_; }
  const Tensor& gradients();
  Tensor value(const Parameter& parameter) const;  // views into the arenas
  Tensor gradient(const Parameter& parameter);
  // What products of bf16 read: kept from the first call on, on the net's device, until it moves.
  RoundedCopy& keep_rounded();
  RoundedCopy* rounded() { return rounded_ ? &*rounded_ : nullptr; }  // null: nobody keeps it
  Tensor rounded_value(const Parameter& parameter);                   // empty: nobody keeps it
  const Parameter* find_parameter(const std::string& name) const;     // null when there is none

  // Where the arenas lie; the host at first.
  Device device() const { return values_.device(); }
  // Moves the parameters. Gradients start anew, and whoever holds views of the arenas, an execution
  // or an optimizer, must be made afterwards.
  void move_to(Device device);

  // Sets every parameter to its first value.
  void initialize(uint64_t seed);

 private:
  Net(const Net&) = default;
  void infer_shapes_and_parameters(const ParameterInit& init);
  [[noreturn]] void fail_at(size_t node, const std::string& what) const;
  std::string name_of_value(int value) const;

  Shape input_;
  std::vector<Node> nodes_;
  std::vector<Parameter> parameters_;
  Tensor values_, gradients_;
  std::optional<RoundedCopy> rounded_;
};

}  // namespace fovea
