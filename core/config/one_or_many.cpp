// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/one_or_many.h>

#include <algorithm>
#include <functional>

namespace fovea {

std::optional<std::vector<int64_t>> read_one_or_many(const Config& config,
                                                     const Constraint& constraint, size_t count,
                                                     const std::string& text) {
  if (!config.is_array()) {
    const auto value = config.as<int64_t>(constraint);
    if (!value) return std::nullopt;
    return std::vector<int64_t>(count, *value);
  }
  auto values = config.as<std::vector<int64_t>>(constraint);
  if (values && values->size() != count) {
    config.error(text + " wanted");
    return std::nullopt;
  }
  return values;
}

ConfigType one_or_many_type(const std::string& text, int count) {
  const ConfigType integer = ConfigValue<int64_t>::type();
  return ConfigType::any_of(text, {integer, ConfigType::list_of(integer, count)});
}

void write_one_or_many(JsonWriter& json, std::span<const int64_t> values) {
  const bool equal =
      std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
  if (equal) {
    json.value(values[0]);
    return;
  }
  json.begin_array();
  for (const int64_t value : values) json.value(value);
  json.end_array();
}

}  // namespace fovea
