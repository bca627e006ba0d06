// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_schema.h>
#include <fovea/core/json_writer.h>

#include <algorithm>

namespace fovea {

namespace {

using TypeKind = ConfigType::Kind;

// Bounds are for numbers, `non_empty` and choices for strings, and a list hands them to its
// elements.
class SchemaWriter {
 public:
  void write(const ConfigType& type, const Constraint& constraint) {
    json_.begin_object();
    write_members(type, constraint);
    json_.end_object();
  }

  // The members of a type's schema, inside an object that the caller has begun.
  void write_members(const ConfigType& type, const Constraint& constraint) {
    switch (type.kind) {
      case TypeKind::boolean:
        member("type", "boolean");
        break;
      case TypeKind::integer:
        write_number("integer", constraint);
        break;
      case TypeKind::natural:
        write_number("integer", at_least(0) && constraint);
        break;
      case TypeKind::number:
        write_number("number", constraint);
        break;
      case TypeKind::string:
        write_string(type, constraint);
        break;
      case TypeKind::list:
        write_list(type, constraint);
        break;
      case TypeKind::object:
        write_object(type, false);
        break;
      case TypeKind::any_of:
        write_any_of(type, constraint);
        break;
    }
  }

  void write_object(const ConfigType& type, bool root) {
    member("type", "object");
    if (!type.doc.empty()) member("description", type.doc);
    json_.key("properties").begin_object();
    if (root) json_.key("$schema").raw(R"({"type": "string"})");
    for (const FieldInfo& field : type.fields) write_field(field);
    json_.end_object();
    write_required(type);
    if (!type.open) member("additionalProperties", false);
  }

  template <class T>
  void member(const char* key, const T& value) {
    json_.key(key).value(value);
  }

  JsonWriter& json() { return json_; }

 private:
  void write_field(const FieldInfo& field) {
    json_.key(field.name).begin_object();
    // An object describes itself.
    if (!field.doc.empty() && field.type.kind != TypeKind::object) member("description", field.doc);
    write_members(field.type, field.constraint);
    if (!field.default_json.empty() && field.type.kind != TypeKind::object)
      json_.key("default").raw(field.default_json);
    json_.end_object();
  }

  void write_required(const ConfigType& type) {
    std::vector<std::string> names;
    for (const FieldInfo& field : type.fields) {
      if (field.must_be_given()) names.push_back(field.name);
    }
    if (!names.empty()) write_texts("required", names);
  }

  void write_texts(const char* key, const std::vector<std::string>& texts) {
    json_.key(key).begin_array();
    for (const std::string& text : texts) json_.value(text);
    json_.end_array();
  }

  void write_number(const char* name, const Constraint& constraint) {
    member("type", name);
    if (constraint.low)
      bound(constraint.low_open ? "exclusiveMinimum" : "minimum", *constraint.low);
    if (constraint.high)
      bound(constraint.high_open ? "exclusiveMaximum" : "maximum", *constraint.high);
  }

  void bound(const char* key, double value) { member(key, value); }

  void write_string(const ConfigType& type, const Constraint& constraint) {
    member("type", "string");
    const auto& choices = type.choices.empty() ? constraint.choices : type.choices;
    if (choices.size() == 1) member("const", choices[0]);
    if (choices.size() > 1) write_texts("enum", choices);
    if (constraint.non_empty) member("minLength", 1);
  }

  void write_list(const ConfigType& type, Constraint constraint) {
    member("type", "array");
    if (type.length > 0) {
      member("minItems", type.length);
      member("maxItems", type.length);
    } else if (constraint.non_empty) {
      member("minItems", 1);
    }
    constraint.non_empty = false;
    json_.key("items");
    write(type.parts[0], constraint);
  }

  void write_any_of(const ConfigType& type, const Constraint& constraint) {
    json_.key("anyOf").begin_array();
    for (const ConfigType& part : type.parts) write(part, constraint);
    json_.end_array();
  }

  JsonWriter json_;
};

void collect_paths(const ConfigType& type, const std::string& prefix,
                   std::vector<std::string>& paths) {
  for (const ConfigType& part : type.parts) {
    if (type.kind == TypeKind::any_of) collect_paths(part, prefix, paths);
  }
  for (const FieldInfo& field : type.fields) {
    const std::string path = prefix.empty() ? field.name : prefix + "." + field.name;
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    collect_paths(field.type, path, paths);
  }
}

}  // namespace

std::string json_schema(const ConfigType& root) {
  SchemaWriter writer;
  writer.json().begin_object();
  writer.member("$schema", "http://json-schema.org/draft-07/schema#");
  writer.write_object(root, true);
  return format_json(writer.json().end_object().str());
}

std::vector<std::string> field_paths(const ConfigType& root) {
  std::vector<std::string> paths;
  collect_paths(root, "", paths);
  return paths;
}

}  // namespace fovea
