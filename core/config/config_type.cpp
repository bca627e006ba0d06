// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_type.h>

namespace fovea {

ConfigType ConfigType::scalar(Kind kind, std::string text) {
  return {kind, std::move(text), {}, {}, 0, {}};
}

ConfigType ConfigType::choice(std::vector<std::string> choices) {
  ConfigType type = scalar(Kind::string, one_of(choices).to_string());
  type.choices = std::move(choices);
  return type;
}

ConfigType ConfigType::list_of(ConfigType element, int length) {
  const std::string count = length > 0 ? std::to_string(length) + " " : "";
  ConfigType type = scalar(Kind::list, "a list of " + count + element.text);
  type.parts = {std::move(element)};
  type.length = length;
  return type;
}

ConfigType ConfigType::object(std::string text, std::vector<FieldInfo> fields) {
  ConfigType type = scalar(Kind::object, std::move(text));
  type.fields = std::move(fields);
  return type;
}

ConfigType ConfigType::any_of(std::string text, std::vector<ConfigType> alternatives) {
  ConfigType type = scalar(Kind::any_of, std::move(text));
  type.parts = std::move(alternatives);
  return type;
}

}  // namespace fovea
