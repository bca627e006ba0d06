// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/system_info.h>
#include <fovea/layers/net.h>

#include <algorithm>
#include <set>

namespace fovea {

namespace {

constexpr size_t kParameterAlignment = 16;  // elements: each parameter starts on a cache line

void check_graph(const std::vector<Node>& nodes) {
  if (nodes.empty()) throw ArgumentError("net: no layers");
  std::set<std::string> names;
  std::vector<bool> used(nodes.size() + 1, false);
  for (size_t i = 0; i < nodes.size(); i++) {
    const Node& node = nodes[i];
    if (!names.insert(node.name).second)
      throw ArgumentError("net: two layers are called \"" + node.name + "\"");
    for (const int value : node.inputs) {
      if (value < 0 || value > static_cast<int>(i)) {
        throw ArgumentError("net: layer \"" + node.name +
                            "\" reads a value that is not made before it");
      }
      used[static_cast<size_t>(value)] = true;
    }
  }
  for (size_t i = 0; i + 1 < nodes.size(); i++) {
    if (!used[i + 1])
      throw ArgumentError("net: nobody reads the output of layer \"" + nodes[i].name + "\"");
  }
}

// Of `elements` of f32; so that a slip in a config does not end in a machine that thrashes.
bool fits_in_memory(size_t elements) {
  if (elements < size_t{1} << 28) return true;  // 1 GiB: no need to ask
  const auto memory = static_cast<size_t>(system_info().memory_bytes);
  return memory == 0 || elements <= memory / sizeof(float);
}

std::string too_large(const Parameter& parameter) {
  return parameter.name + ' ' + parameter.spec.shape.to_string() +
         " and the parameters before it are larger than this machine's memory";
}

}  // namespace

Net::Net(Shape input, std::vector<Node> nodes, std::optional<uint64_t> seed,
         const ParameterInit& init)
    : input_(input.with_batch(1)), nodes_(std::move(nodes)) {
  check_graph(nodes_);
  infer_shapes_and_parameters(init);
  if (seed) initialize(*seed);
}

Net Net::clone() const {
  Net net(*this);
  net.values_ = values_.clone();
  net.gradients_ = {};
  net.rounded_.reset();
  return net;
}

Net Net::up_to(size_t last) const {
  std::vector<bool> needed(nodes_.size() + 1, false);
  needed[last + 1] = true;
  for (size_t i = last + 1; i-- > 0;) {
    if (!needed[i + 1]) continue;
    for (const int value : nodes_[i].inputs) needed[static_cast<size_t>(value)] = true;
  }
  std::vector<int> new_value(nodes_.size() + 1, 0);
  std::vector<Node> nodes;
  for (size_t i = 0; i <= last; i++) {
    if (!needed[i + 1]) continue;
    Node node{.name = nodes_[i].name, .type = nodes_[i].type, .layer = nodes_[i].layer};
    for (const int value : nodes_[i].inputs)
      node.inputs.push_back(new_value[static_cast<size_t>(value)]);
    nodes.push_back(std::move(node));
    new_value[i + 1] = static_cast<int>(nodes.size());
  }
  Net net(input_, std::move(nodes), {});
  net.move_to(device());
  for (const Parameter& parameter : net.parameters_) {
    Tensor copy = net.value(parameter);
    copy.copy_from(value(*find_parameter(parameter.name)));
  }
  return net;
}

std::string Net::name_of_value(int value) const {
  return value == 0 ? "the input" : '"' + nodes_[static_cast<size_t>(value) - 1].name + '"';
}

void Net::infer_shapes_and_parameters(const ParameterInit& init) {
  const ParameterInit defaults = with_defaults(init);
  size_t size = 0;
  for (size_t i = 0; i < nodes_.size(); i++) {
    Node& node = nodes_[i];
    if (node.index < 0) node.index = static_cast<int>(i);
    const std::vector<Shape> inputs = input_shapes(node, 1);
    std::vector<ParameterSpec> specs;
    try {
      node.output = node.layer->output_shape(inputs);
      specs = node.layer->parameters(inputs);
    } catch (const ArgumentError& error) {
      fail_at(i, error.what());
    }
    for (ParameterSpec& spec : specs) {
      if (!spec.initializer)
        spec.initializer = spec.name == "bias" ? defaults.bias : defaults.weight;
      node.parameters.push_back(static_cast<int>(parameters_.size()));
      const auto elements = static_cast<size_t>(spec.shape.elements());
      parameters_.push_back({node.name + "." + spec.name, std::move(spec), size});
      size += (elements + kParameterAlignment - 1) / kParameterAlignment * kParameterAlignment;
      if (!fits_in_memory(size)) fail_at(i, too_large(parameters_.back()));
    }
  }
  values_ = Tensor(Shape{static_cast<int64_t>(size)});
}

void Net::fail_at(size_t i, const std::string& what) const {
  const Node& node = nodes_[i];
  std::string sources;
  for (const int value : node.inputs)
    sources += (sources.empty() ? "" : ", ") + name_of_value(value);
  throw LayerError(i, '"' + node.name + "\" (" + node.type + ")", "after " + sources + ": " + what);
}

Shape Net::value_shape(int value, BatchRows rows) const {
  if (value == 0) return input_.with_batch(rows.share);
  const Node& node = nodes_[static_cast<size_t>(value) - 1];
  return node.output.with_batch(node.whole_batch ? rows.whole : rows.share);
}

std::vector<Shape> Net::value_shapes(std::span<const int> values, BatchRows rows) const {
  std::vector<Shape> shapes;
  for (const int value : values) shapes.push_back(value_shape(value, rows));
  return shapes;
}

int64_t Net::parameter_count() const {
  int64_t count = 0;
  for (const Parameter& parameter : parameters_) count += parameter.spec.shape.elements();
  return count;
}

int64_t Net::macs() const {
  int64_t sum = 0;
  for (const Node& node : nodes_) sum += node.layer->macs(input_shapes(node, 1));
  return sum;
}

const Tensor& Net::gradients() {
  if (gradients_.empty()) gradients_ = Tensor(values_.shape(), DType::f32, device());
  return gradients_;
}

namespace {

Tensor view_of(const Tensor& arena, const Parameter& parameter) {
  const auto begin = static_cast<int64_t>(parameter.offset);
  const Shape& shape = parameter.spec.shape;
  return arena.rows(begin, begin + shape.elements()).reshaped(shape);
}

}  // namespace

Tensor Net::value(const Parameter& parameter) const { return view_of(values_, parameter); }

Tensor Net::gradient(const Parameter& parameter) { return view_of(gradients(), parameter); }

RoundedCopy& Net::keep_rounded() {
  if (!rounded_) rounded_.emplace(values_);
  return *rounded_;
}

Tensor Net::rounded_value(const Parameter& parameter) {
  return rounded_ ? view_of(rounded_->values(), parameter) : Tensor();
}

const Parameter* Net::find_parameter(const std::string& name) const {
  const auto it = std::find_if(parameters_.begin(), parameters_.end(),
                               [&](const Parameter& p) { return p.name == name; });
  return it == parameters_.end() ? nullptr : &*it;
}

void Net::move_to(Device device) {
  if (device == this->device()) return;
  values_ = values_.to(device);
  gradients_ = {};
  rounded_.reset();
}

void Net::initialize(uint64_t seed) {
  const Tensor arena = values_.to(Device::cpu());
  for (size_t i = 0; i < parameters_.size(); i++) {
    const ParameterSpec& spec = parameters_[i].spec;
    Tensor values = view_of(arena, parameters_[i]);
    fovea::initialize(*spec.initializer, spec.fan, seed, static_cast<uint32_t>(i), values);
  }
  if (arena.device() != device()) values_.copy_from(arena);
}

}  // namespace fovea
