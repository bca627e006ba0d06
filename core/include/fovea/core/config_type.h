// SPDX-License-Identifier: Apache-2.0
// Descriptions of config types and fields, for listings, the reference page and the JSON Schema.
#pragma once

#include <fovea/core/constraint.h>

#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct FieldInfo;

struct ConfigType {
  enum class Kind : uint8_t { boolean, integer, natural, number, string, list, object, any_of };

  Kind kind = Kind::string;
  std::string text;                  // for people: "integer", "number or [h, w]"
  std::vector<std::string> choices;  // of a string: the values it may have; empty: any
  std::vector<ConfigType> parts;     // of a list: its elements' type; of any_of: the alternatives
  int length = 0;                    // of a list: its only length; 0: any
  std::vector<FieldInfo> fields;     // of an object
  std::string doc;                   // of an object: what it is, in one line
  bool open = false;                 // of an object: keys of other names may stand in it

  static ConfigType scalar(Kind kind, std::string text);
  static ConfigType choice(std::vector<std::string> choices);
  static ConfigType list_of(ConfigType element, int length = 0);
  static ConfigType object(std::string text, std::vector<FieldInfo> fields, std::string doc = "");
  static ConfigType any_of(std::string text, std::vector<ConfigType> alternatives);
};

struct FieldInfo {
  std::string name;
  std::string doc;  // one line
  ConfigType type;
  Constraint constraint;
  bool required = false;
  std::string default_json;  // empty: required, or absent by default

  // Whether leaving it out is a mistake: it is required, or is an object with such a field.
  bool must_be_given() const;
};

// `object` as one of several that "type" tells apart; not `required` where it is the only one.
ConfigType with_type_name(ConfigType object, const std::string& name, bool required = true);
// The name that "type" has in it; empty for all others.
std::string type_name_of(const ConfigType& object);

}  // namespace fovea
