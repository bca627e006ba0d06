// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_type.h>

#include <algorithm>

namespace fovea {

ConfigType ConfigType::scalar(Kind kind, std::string text) {
  ConfigType type;
  type.kind = kind;
  type.text = std::move(text);
  return type;
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

ConfigType ConfigType::object(std::string text, std::vector<FieldInfo> fields, std::string doc) {
  ConfigType type = scalar(Kind::object, std::move(text));
  type.fields = std::move(fields);
  type.doc = std::move(doc);
  return type;
}

ConfigType ConfigType::any_of(std::string text, std::vector<ConfigType> alternatives) {
  ConfigType type = scalar(Kind::any_of, std::move(text));
  type.parts = std::move(alternatives);
  return type;
}

bool FieldInfo::must_be_given() const {
  const bool object = type.kind == ConfigType::Kind::object;
  return required || (object && std::any_of(type.fields.begin(), type.fields.end(),
                                            [](const FieldInfo& f) { return f.must_be_given(); }));
}

ConfigType with_type_name(ConfigType object, const std::string& name, bool required) {
  const FieldInfo type{"type", "this kind", ConfigType::choice({name}), {}, required, ""};
  object.fields.insert(object.fields.begin(), type);
  return object;
}

std::string type_name_of(const ConfigType& object) {
  if (object.fields.empty() || object.fields[0].name != "type") return "";
  const std::vector<std::string>& names = object.fields[0].type.choices;
  return names.size() == 1 ? names[0] : "";
}

}  // namespace fovea
