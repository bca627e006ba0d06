// SPDX-License-Identifier: Apache-2.0
// Weights of the classes in the training loss, for data that has more of some than of others.
#pragma once

#include <fovea/core/config_value.h>
#include <fovea/core/tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// In configs a list of one number for each class, or "balanced".
struct ClassWeights {
  bool balanced = false;
  std::vector<float> list;  // when not balanced
};

template <>
struct ConfigValue<ClassWeights> {
  static std::optional<ClassWeights> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const ClassWeights& weights);
};

// One weight for each of a net's `outputs`, as CrossEntropyParams takes them. balanced: N / (C n)
// for a class of n samples, where N samples are of C classes, and 0 for those without samples, so
// that the samples' weights are 1 on average (as scikit-learn's "balanced"). Outputs without a
// class get 0. Throws ConfigError when a list is not as long as `class_sizes`.
Tensor make_class_weights(const ClassWeights& weights, std::span<const int64_t> class_sizes,
                          int64_t outputs);

}  // namespace fovea
