// SPDX-License-Identifier: Apache-2.0
// Fingerprints of a run's state, by which two runs are held against each other parameter by
// parameter.
#pragma once

#include <fovea/layers/net.h>
#include <fovea/optim/sgd.h>

#include <string>
#include <vector>

namespace FOVEA_API fovea {

// SHA-256 of one parameter's values and momenta.
struct ParameterHash {
  std::string name;
  std::string hash;

  friend bool operator==(const ParameterHash&, const ParameterHash&) = default;
};

struct StateHash {
  int64_t step = 0;                       // steps done
  std::vector<ParameterHash> parameters;  // in the order of the net

  // One line of JSON: {"step": 20, "parameters": {"conv1.weight": "..", ..}}
  std::string to_json() const;
  // Throws ConfigError when the line is not one that to_json() wrote; `name` is the file's, for the
  // message.
  static StateHash parse(const std::string& line, const std::string& name);
};

StateHash hash_of_state(const Net& net, const Sgd& optimizer, int64_t step);

// The first parameter whose hashes differ, in the order of the net; empty when all agree.
std::string first_difference(const StateHash& a, const StateHash& b);

}  // namespace fovea
