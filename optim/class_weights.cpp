// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/class_weights.h>

#include <algorithm>
#include <numeric>
#include <string>

namespace fovea {

namespace {

constexpr const char* kBalanced = "balanced";

void write_balanced(std::span<const int64_t> sizes, std::span<float> weights) {
  const auto samples = static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), int64_t{0}));
  const auto classes = static_cast<double>(
      std::count_if(sizes.begin(), sizes.end(), [](int64_t n) { return n > 0; }));
  for (size_t c = 0; c < sizes.size(); c++) {
    if (sizes[c] == 0) continue;
    weights[c] = static_cast<float>(samples / (classes * static_cast<double>(sizes[c])));
  }
}

}  // namespace

std::optional<ClassWeights> ConfigValue<ClassWeights>::read(const Config& config,
                                                            const Constraint&) {
  if (config.is_string()) {
    if (!config.as<std::string>(one_of({kBalanced}))) return std::nullopt;
    return ClassWeights{true, {}};
  }
  if (!config.is_array()) {
    config.error(type().text + " wanted");
    return std::nullopt;
  }
  auto list = config.as<std::vector<float>>(non_empty() && above(0));
  return list ? std::optional(ClassWeights{false, *std::move(list)}) : std::nullopt;
}

ConfigType ConfigValue<ClassWeights>::type() {
  ConfigType list = ConfigValue<std::vector<float>>::type();
  return ConfigType::any_of("\"balanced\", or a list of one number > 0 per class",
                            {ConfigType::choice({kBalanced}), std::move(list)});
}

void ConfigValue<ClassWeights>::write(JsonWriter& json, const ClassWeights& weights) {
  if (weights.balanced) {
    json.value(kBalanced);
  } else {
    ConfigValue<std::vector<float>>::write(json, weights.list);
  }
}

Tensor make_class_weights(const ClassWeights& weights, std::span<const int64_t> class_sizes,
                          int64_t outputs) {
  Tensor tensor(Shape{outputs});
  const std::span<float> values = tensor.span<float>();
  if (weights.balanced) {
    write_balanced(class_sizes, values);
    return tensor;
  }
  if (weights.list.size() != class_sizes.size()) {
    throw ConfigError("train.class_weights has " + std::to_string(weights.list.size()) +
                      " numbers, but the training data has " + std::to_string(class_sizes.size()) +
                      " classes");
  }
  std::copy(weights.list.begin(), weights.list.end(), values.begin());
  return tensor;
}

}  // namespace fovea
