// SPDX-License-Identifier: Apache-2.0
#include "summary_text.h"

#include "console.h"

#include <fovea/core/json_writer.h>
#include <fovea/layers/execution.h>

namespace fovea::app {

namespace {

int64_t parameters_of(const Net& net, const Node& node) {
  int64_t count = 0;
  for (const int p : node.parameters)
    count += net.parameters()[static_cast<size_t>(p)].spec.shape.elements();
  return count;
}

int64_t macs_of(const Net& net, const Node& node) {
  return node.layer->macs(net.input_shapes(node, 1));
}

// "55x55x96", or "4096" for features.
std::string shape_text(const Shape& shape) {
  std::string text;
  for (const int64_t extent : shape.extents())
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

std::string count_text(int64_t count) { return count == 0 ? "" : grouped(count); }

// Bytes that are planned for one use of the net.
struct Memory {
  uint64_t weights = 0, gradients = 0, momenta = 0, activations = 0, workspace = 0;

  uint64_t total() const { return weights + gradients + momenta + activations + workspace; }
};

Memory memory_of(const Net& net, const Context& ctx, int64_t batch, bool training) {
  const MemoryNeed need = Execution::needed(net, ctx, {.batch = batch}, training);
  const uint64_t weights = net.values().bytes(), learned = training ? weights : 0;
  return {weights, learned, learned, need.arena, need.workspace};
}

std::string layer_table(const Net& net) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "type", "output", "parameters", "multiply-accumulates"},
      {"input", "", shape_text(net.input_shape().sample()), "", ""}};
  for (const Node& node : net.nodes()) {
    rows.push_back({node.name, node.type, shape_text(node.output.sample()),
                    count_text(parameters_of(net, node)), count_text(macs_of(net, node))});
  }
  rows.push_back({"total", "", "", grouped(net.parameter_count()), grouped(net.macs())});
  return table(rows, {false, false, true, true, true});
}

std::string memory_table(const Memory& training, const Memory& inference) {
  const auto row = [](const char* what, uint64_t a, uint64_t b) {
    return std::vector<std::string>{what, a ? bytes_text(a) : "", b ? bytes_text(b) : ""};
  };
  return table({{"memory", "training", "inference"},
                row("weights", training.weights, inference.weights),
                row("gradients", training.gradients, 0),
                row("momenta", training.momenta, 0),
                row("activations", training.activations, inference.activations),
                row("workspace", training.workspace, inference.workspace),
                row("total", training.total(), inference.total())},
               {false, true, true});
}

void write_memory(JsonWriter& json, const char* key, const Memory& memory) {
  json.key(key).begin_object().key("weights").value(memory.weights);
  json.key("gradients").value(memory.gradients).key("momenta").value(memory.momenta);
  json.key("activations").value(memory.activations).key("workspace").value(memory.workspace);
  json.key("total").value(memory.total()).end_object();
}

void write_extents(JsonWriter& json, const char* key, std::span<const int64_t> extents) {
  json.key(key).begin_array();
  for (const int64_t extent : extents) json.value(extent);
  json.end_array();
}

}  // namespace

std::string summary_as_text(const Net& net, const Context& ctx, int64_t batch) {
  return layer_table(net) +
         "\nOutputs are height x width x channels. Planned memory for batches of " +
         grouped(batch) + ", on " + std::to_string(ctx.threads()) +
         (ctx.threads() == 1 ? " thread:\n\n" : " threads:\n\n") +
         memory_table(memory_of(net, ctx, batch, true), memory_of(net, ctx, batch, false));
}

std::string summary_as_json(const Net& net, const Context& ctx, int64_t batch,
                            const std::function<void(JsonWriter&)>& more) {
  JsonWriter json;
  json.begin_object();
  write_extents(json, "input", net.input_shape().sample().extents());
  json.key("layers").begin_array();
  for (const Node& node : net.nodes()) {
    json.begin_object().key("name").value(node.name).key("type").value(node.type);
    write_extents(json, "output", node.output.sample().extents());
    json.key("parameters").value(parameters_of(net, node));
    json.key("macs").value(macs_of(net, node)).end_object();
  }
  json.end_array().key("parameters").value(net.parameter_count()).key("macs").value(net.macs());
  json.key("batch").value(batch).key("memory_bytes").begin_object();
  write_memory(json, "training", memory_of(net, ctx, batch, true));
  write_memory(json, "inference", memory_of(net, ctx, batch, false));
  json.end_object();
  more(json);
  return json.end_object().str() + "\n";
}

std::string tensors_as_text(const SafetensorsFile& file) {
  std::vector<std::vector<std::string>> rows{{"tensor", "type and shape", "bytes"}};
  for (const SafetensorsEntry& entry : file.entries())
    rows.push_back(
        {entry.name, entry.to_string(), grouped(static_cast<int64_t>(entry.end - entry.begin))});
  return table(rows, {false, false, true});
}

std::string tensors_as_json(const SafetensorsFile& file) {
  JsonWriter json;
  json.begin_object().key("tensors").begin_array();
  for (const SafetensorsEntry& entry : file.entries()) {
    json.begin_object().key("name").value(entry.name).key("dtype").value(entry.dtype);
    write_extents(json, "shape", entry.extents);
    json.end_object();
  }
  return json.end_array().end_object().str() + "\n";
}

}  // namespace fovea::app
