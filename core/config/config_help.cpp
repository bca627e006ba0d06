// SPDX-License-Identifier: Apache-2.0
#include "config/config_sections.h"

#include <fovea/core/config_help.h>

#include <algorithm>

namespace fovea {

namespace {

using TypeKind = ConfigType::Kind;

constexpr size_t kIndent = 2, kColumn = 30;  // of a field, and of what is said of it

// Words in lines of at most `width` columns, all but the first behind `indent` blanks.
std::string broken(const std::string& text, size_t begin, size_t indent, size_t width) {
  std::string lines;
  size_t column = begin;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (column > begin && column + 1 + word.size() > width) {
      lines += "\n" + std::string(indent, ' ');
      column = begin = indent;
    } else if (column > begin) {
      lines += ' ';
      column++;
    }
    lines += word;
    column += word.size();
    at = end + 1;
  }
  return lines;
}

// Without a default that would fill the line: an object's, whose fields have lines of their own.
std::string assignment(const FieldInfo& field, size_t width) {
  const bool none =
      field.default_json.empty() || field.must_be_given() || field.type.kind == TypeKind::object;
  const std::string all = field.name + "=" + field.default_json;
  return none || all.size() > width - kColumn ? field.name : all;
}

// What it is; then whether it must be given, and its type but for an object's, which has a title.
std::string description(const FieldInfo& field) {
  const bool object = field.type.kind == TypeKind::object && !field.type.doc.empty();
  const std::string range = field.constraint.to_string();
  std::string note = field.must_be_given() ? "required" : "";
  if (!object) note += (note.empty() ? "" : ": ") + field.type.text;
  if (!range.empty()) note += ", " + range;
  return field.doc + (note.empty() ? "" : " (" + note + ")");
}

std::string line_of(const FieldInfo& field, size_t width) {
  std::string line = std::string(kIndent, ' ') + assignment(field, width);
  if (line.size() + 2 > kColumn) {
    line += "\n" + std::string(kColumn, ' ');
  } else {
    line.resize(kColumn, ' ');
  }
  return line + broken(description(field), kColumn, kColumn, width) + "\n";
}

std::string title_of(const detail::ConfigSection& section) {
  const std::string type = type_name_of(section.object);
  return section.path + (type.empty() ? "" : " \"" + type + "\"") + ": " + section.doc;
}

}  // namespace

std::string config_help(const ConfigType& root, size_t width) {
  std::string text;
  for (const detail::ConfigSection& section : detail::config_sections(root)) {
    if (!section.name.empty())
      text += "\n" + broken(title_of(section), 0, 2 * kIndent, width) + "\n";
    for (const FieldInfo& field : section.fields) text += line_of(field, width);
  }
  return text;
}

}  // namespace fovea
