// SPDX-License-Identifier: Apache-2.0
#include "config/config_sections.h"

#include <fovea/core/config_reference.h>
#include <fovea/core/json_writer.h>

#include <algorithm>
#include <cctype>

namespace fovea {

namespace {

using TypeKind = ConfigType::Kind;

// The smallest value a number may have that is of some use.
std::string example_number(const Constraint& constraint) {
  if (!constraint.low) return "1";
  return JsonWriter().value(std::max(*constraint.low, 1.0)).str();
}

std::string example_list(const std::string& element, int length) {
  std::string list = "[" + element;
  for (int i = 1; i < (length > 0 ? length : 3); i++) list += ", " + element;
  return list + "]";
}

// A JSON value of a field that has no default.
std::string example(const ConfigType& type, const Constraint& constraint) {
  switch (type.kind) {
    case TypeKind::boolean:
      return "true";
    case TypeKind::integer:
    case TypeKind::natural:
    case TypeKind::number:
      return example_number(constraint);
    case TypeKind::string:
      return type.choices.empty() ? "\"...\"" : "\"" + type.choices[0] + "\"";
    case TypeKind::any_of:
      return example(type.parts[0], constraint);
    case TypeKind::list:
      return example_list(example(type.parts[0], constraint), type.length);
    case TypeKind::object:
      return "{}";
  }
  return "";
}

// The object with every default, and an example where there is none.
std::string block_of(const ConfigType& object) {
  JsonWriter json;
  json.begin_object();
  for (const FieldInfo& field : object.fields) {
    if (field.required) json.key(field.name).raw(example(field.type, field.constraint));
    const bool empty = field.default_json == "{}" || field.default_json == "[]" ||
                       field.default_json == "\"\"";  // says no more than leaving it out
    if (!field.default_json.empty() && !empty) json.key(field.name).raw(field.default_json);
  }
  return "```json\n" + format_json(json.end_object().str()) + "```\n";
}

std::string escaped(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string code(const std::string& text) { return "`" + escaped(text) + "`"; }

std::string sentence(std::string doc) {
  if (!doc.empty()) doc[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(doc[0])));
  return doc + ".";
}

std::string anchor(std::string heading) {
  std::replace(heading.begin(), heading.end(), ' ', '-');
  return heading;
}

std::string type_cell(const FieldInfo& field) {
  const std::string range = field.constraint.to_string();
  const bool links = field.type.kind == TypeKind::object && !field.type.doc.empty();
  std::string cell = links ? "[" + field.type.text + "](#" + anchor(field.type.text) + ")"
                           : escaped(field.type.text);
  return range.empty() ? cell : cell + ", " + escaped(range);
}

std::string default_cell(const FieldInfo& field) {
  if (field.must_be_given()) return "required";
  const bool object = field.type.kind == TypeKind::object;
  return object || field.default_json.empty() ? "" : code(field.default_json);
}

std::string table_of(const std::vector<FieldInfo>& fields) {
  std::string table = "| field | type | default | |\n|---|---|---|---|\n";
  for (const FieldInfo& field : fields) {
    table += "| " + code(field.name) + " | " + type_cell(field) + " | " + default_cell(field) +
             " | " + escaped(field.doc) + " |\n";
  }
  return table;
}

std::string heading_of(const detail::ConfigSection& section) {
  const bool top = section.path.find('.') == std::string::npos;
  return (top ? "## " : "### ") + section.name + "\n\n" + sentence(section.doc);
}

std::string text_of(const detail::ConfigSection& section) {
  if (section.name.empty()) return table_of(section.fields);
  std::string text = heading_of(section);
  if (section.path != section.name) text += " In " + code(section.path) + ".";
  const bool typed = !type_name_of(section.object).empty();
  text += typed ? "\n\n" + block_of(section.object) : "\n";
  if (!section.fields.empty()) text += "\n" + table_of(section.fields);
  return text;
}

}  // namespace

std::string config_reference(const ConfigType& root) {
  std::string page;
  for (const detail::ConfigSection& section : detail::config_sections(root))
    page += "\n" + text_of(section);
  return page;
}

}  // namespace fovea
