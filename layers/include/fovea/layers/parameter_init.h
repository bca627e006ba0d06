// SPDX-License-Identifier: Apache-2.0
// The "init" of a layer or of a whole model: which initialiser its weights and its biases get.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/layers/initializer.h>

#include <optional>

namespace FOVEA_API fovea {

// A layer's own "init" comes before the model's; what neither sets is kaiming for weights and 0 for
// biases.
struct ParameterInit {
  std::optional<Initializer> weight, bias;

  static Fields<ParameterInit> fields();
};

// The same with both set.
ParameterInit with_defaults(const ParameterInit& init);

// In a config: a number (a constant), "xavier", "kaiming", "pytorch", or {"normal": std},
// {"uniform": bound}.
template <>
struct ConfigValue<Initializer> {
  static std::optional<Initializer> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const Initializer& value);
};

}  // namespace fovea
