// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/did_you_mean.h>
#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/fine_tuning.h>

#include <algorithm>

namespace fovea {

namespace {

// "fc8" of "fc8.weight".
std::string layer_of(const Parameter& parameter) {
  return parameter.name.substr(0, parameter.name.size() - parameter.spec.name.size() - 1);
}

void check_layers(const Net& net, std::span<const std::string> names) {
  std::vector<std::string> layers;
  for (const Parameter& parameter : net.parameters()) {
    if (layers.empty() || layers.back() != layer_of(parameter))
      layers.push_back(layer_of(parameter));
  }
  for (const std::string& name : names) {
    if (std::find(layers.begin(), layers.end(), name) == layers.end()) {
      throw ConfigError("--reinit " + name + ": the net has no layer of this name with parameters" +
                        did_you_mean(name, layers));
    }
  }
}

std::string first_names(const SafetensorsFile& file, const Net& net) {
  const std::string theirs = file.entries().empty() ? "" : file.entries()[0].name;
  const std::string ours = net.parameters().empty() ? "" : net.parameters()[0].name;
  return "its tensors are called \"" + theirs + "\" and so on, the parameters of this net \"" +
         ours + "\" and so on";
}

void check_shape(const SafetensorsFile& file, const SafetensorsEntry& entry,
                 const Parameter& parameter) {
  const auto wanted = parameter.spec.shape.extents();
  if (entry.dtype == "F32" && std::ranges::equal(entry.extents, wanted)) return;
  throw DataError(file.path() + ": \"" + entry.name + "\" is " + entry.to_string() +
                  ", this net has F32 " + parameter.spec.shape.to_string() +
                  "; to start the layer anew: --reinit " + layer_of(parameter));
}

}  // namespace

TakenWeights take_weights(const SafetensorsFile& file, Net& net,
                          std::span<const std::string> afresh) {
  check_layers(net, afresh);
  TakenWeights result;
  std::vector<const Parameter*> taken;
  for (const Parameter& parameter : net.parameters()) {
    const SafetensorsEntry* entry = file.find(parameter.name);
    if (!entry || std::ranges::count(afresh, layer_of(parameter)) > 0) {
      result.fresh.push_back(parameter.name);
      continue;
    }
    check_shape(file, *entry, parameter);
    taken.push_back(&parameter);
  }
  if (taken.empty()) throw DataError(file.path() + ": nothing to take; " + first_names(file, net));
  for (const SafetensorsEntry& entry : file.entries()) {
    if (is_parameter(entry) && !net.find_parameter(entry.name)) result.unused.push_back(entry.name);
  }
  std::vector<Tensor> values;  // read and verified before any of them is taken
  for (const Parameter* parameter : taken) values.push_back(file.read(parameter->name));
  for (size_t i = 0; i < taken.size(); i++) {
    net.value(*taken[i]).copy_from(values[i]);
    result.taken.push_back(taken[i]->name);
  }
  return result;
}

}  // namespace fovea
