// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_reference.h>
#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace fovea {

namespace {

using Kind = ConfigType::Kind;

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
    case Kind::boolean:
      return "true";
    case Kind::integer:
    case Kind::natural:
    case Kind::number:
      return example_number(constraint);
    case Kind::string:
      return type.choices.empty() ? "\"...\"" : "\"" + type.choices[0] + "\"";
    case Kind::any_of:
      return example(type.parts[0], constraint);
    case Kind::list:
      return example_list(example(type.parts[0], constraint), type.length);
    case Kind::object:
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

bool same(const FieldInfo& a, const FieldInfo& b) { return a.name == b.name && a.doc == b.doc; }

// How many fields after "type" all of the kinds begin with.
size_t shared_fields(const std::vector<ConfigType>& kinds) {
  if (kinds.size() < 2) return 0;
  for (size_t i = 1;; i++) {
    for (const ConfigType& kind : kinds) {
      const bool equal = i < kind.fields.size() && i < kinds[0].fields.size() &&
                         same(kind.fields[i], kinds[0].fields[i]);
      if (!equal) return i - 1;
    }
  }
}

bool told_by_type(const ConfigType& any) {
  return std::all_of(any.parts.begin(), any.parts.end(),
                     [](const ConfigType& part) { return !type_name_of(part).empty(); });
}

class Page {
 public:
  void write_root(const ConfigType& root) {
    text_ += "\n" + table_of(root.fields);
    write_below(root, "");
  }

  const std::string& text() const { return text_; }

 private:
  // `shared`: fields after "type" that have been told already.
  void write_section(const ConfigType& object, const std::string& path, size_t shared) {
    const bool typed = !type_name_of(object).empty();
    const size_t told = typed ? 1 + shared : 0;
    const std::vector<FieldInfo> own(object.fields.begin() + static_cast<long>(told),
                                     object.fields.end());
    if (seen(object.text, table_of(own))) return;
    text_ += (path.find('.') == std::string::npos ? "\n## " : "\n### ") + object.text + "\n\n" +
             sentence(object.doc) + (path == object.text ? "" : " In " + code(path) + ".") +
             (typed ? "\n\n" + block_of(object) : "\n");
    if (!own.empty()) text_ += "\n" + table_of(own);
    write_below(object, path);
  }

  void write_below(const ConfigType& object, const std::string& path) {
    for (const FieldInfo& field : object.fields)
      write_sections(field.type, path.empty() ? field.name : path + "." + field.name, 0);
  }

  // Objects without a line of their own are told by their field's type.
  void write_sections(const ConfigType& type, const std::string& path, size_t shared) {
    if (type.kind == Kind::object && !type.doc.empty()) write_section(type, path, shared);
    if (type.kind == Kind::list) write_sections(type.parts[0], path + "[]", 0);
    if (type.kind != Kind::any_of) return;
    const size_t common = told_by_type(type) ? shared_fields(type.parts) : 0;
    if (common > 0) write_shared(type.parts[0], path, common);
    for (const ConfigType& part : type.parts) write_sections(part, path, common);
  }

  void write_shared(const ConfigType& kind, const std::string& path, size_t count) {
    const auto first = kind.fields.begin() + 1;
    text_ += "\n### " + path + "\n\nWhat all kinds of it take besides their own fields.\n\n" +
             table_of({first, first + static_cast<long>(count)});
  }

  bool seen(const std::string& name, const std::string& table) {
    const auto [at, is_new] = tables_.emplace(name, table);
    if (at->second != table)
      throw ArgumentError("config reference: two objects are called \"" + name + "\"");
    return !is_new;
  }

  static std::string table_of(const std::vector<FieldInfo>& fields) {
    std::string table = "| field | type | default | |\n|---|---|---|---|\n";
    for (const FieldInfo& field : fields) {
      table += "| " + code(field.name) + " | " + type_cell(field) + " | " + default_cell(field) +
               " | " + escaped(field.doc) + " |\n";
    }
    return table;
  }

  static std::string type_cell(const FieldInfo& field) {
    const std::string range = field.constraint.to_string();
    const bool links = field.type.kind == Kind::object && !field.type.doc.empty();
    std::string cell = links ? "[" + field.type.text + "](#" + anchor(field.type.text) + ")"
                             : escaped(field.type.text);
    return range.empty() ? cell : cell + ", " + escaped(range);
  }

  static std::string anchor(std::string heading) {
    std::replace(heading.begin(), heading.end(), ' ', '-');
    return heading;
  }

  static std::string default_cell(const FieldInfo& field) {
    if (field.must_be_given()) return "required";
    const bool object = field.type.kind == Kind::object;
    return object || field.default_json.empty() ? "" : code(field.default_json);
  }

  std::string text_;
  std::map<std::string, std::string> tables_;  // of the objects written so far, by name
};

}  // namespace

std::string config_reference(const ConfigType& root) {
  Page page;
  page.write_root(root);
  return page.text();
}

}  // namespace fovea
