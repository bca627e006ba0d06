// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config.h>
#include <fovea/core/io/sha256.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/state_hash.h>

#include <algorithm>

namespace fovea {

std::string StateHash::to_json() const {
  JsonWriter json;
  json.begin_object().key("step").value(step).key("parameters").begin_object();
  for (const auto& [name, hash] : parameters) json.key(name).value(hash);
  json.end_object().end_object();
  return json.str();
}

StateHash StateHash::parse(const std::string& line, const std::string& name) {
  const Config config = Config::parse(line, name);
  StateHash state;
  state.step = config.get<int64_t>("step");
  const Config parameters = config.at("parameters");
  if (parameters.exists()) {
    for (const std::string& key : parameters.keys()) {
      state.parameters.push_back({key, parameters.get<std::string>(key)});
    }
  }
  config.check();
  return state;
}

StateHash hash_of_state(const Net& net, const Sgd& optimizer, int64_t step) {
  StateHash state{step, {}};
  for (const Parameter& parameter : net.parameters()) {
    Sha256 hash;
    for (const Tensor& tensor : {net.value(parameter), optimizer.velocity(parameter)}) {
      const Tensor here = tensor.to(Device::cpu());
      hash.update(std::as_bytes(here.span<float>()));
    }
    state.parameters.push_back({parameter.name, hash.hex()});
  }
  return state;
}

std::string first_difference(const StateHash& a, const StateHash& b) {
  const size_t common = std::min(a.parameters.size(), b.parameters.size());
  for (size_t i = 0; i < common; i++) {
    if (a.parameters[i] != b.parameters[i]) return a.parameters[i].name;
  }
  if (a.parameters.size() == b.parameters.size()) return "";
  return (a.parameters.size() > common ? a : b).parameters[common].name;
}

}  // namespace fovea
