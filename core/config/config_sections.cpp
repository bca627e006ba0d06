// SPDX-License-Identifier: Apache-2.0
#include "config/config_sections.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <map>

namespace fovea::detail {

namespace {

using TypeKind = ConfigType::Kind;

bool same(const FieldInfo& a, const FieldInfo& b) {
  return a.name == b.name && a.doc == b.doc && a.default_json == b.default_json;
}

bool same_fields(const std::vector<FieldInfo>& a, const std::vector<FieldInfo>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

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

class Walk {
 public:
  void add_root(const ConfigType& root) {
    sections_.push_back({"", "", root.doc, root.fields, false, root});
    add_below(root, "");
  }

  std::vector<ConfigSection> take() { return std::move(sections_); }

 private:
  // `shared`: fields after "type" that have been told already.
  void add_object(const ConfigType& object, const std::string& path, size_t shared) {
    const bool typed = !type_name_of(object).empty();
    const auto told = static_cast<std::ptrdiff_t>(typed ? 1 + shared : 0);
    std::vector<FieldInfo> own(object.fields.begin() + told, object.fields.end());
    if (seen(object.text, own)) return;
    sections_.push_back({object.text, path, object.doc, std::move(own), false, object});
    add_below(object, path);
  }

  void add_below(const ConfigType& object, const std::string& path) {
    for (const FieldInfo& field : object.fields)
      add_objects_in(field.type, path.empty() ? field.name : path + "." + field.name, 0);
  }

  // Objects without a line of their own are told by their field's type.
  void add_objects_in(const ConfigType& type, const std::string& path, size_t shared) {
    if (type.kind == TypeKind::object && !type.doc.empty()) add_object(type, path, shared);
    if (type.kind == TypeKind::list) add_objects_in(type.parts[0], path + "[]", 0);
    if (type.kind != TypeKind::any_of) return;
    const size_t common = told_by_type(type) ? shared_fields(type.parts) : 0;
    if (common > 0) add_shared(type.parts[0], path, common);
    for (const ConfigType& part : type.parts) add_objects_in(part, path, common);
  }

  void add_shared(const ConfigType& kind, const std::string& path, size_t count) {
    const auto first = kind.fields.begin() + 1;
    sections_.push_back({path,
                         path,
                         "what all kinds of it take besides their own fields",
                         {first, first + static_cast<std::ptrdiff_t>(count)},
                         true,
                         {}});
  }

  bool seen(const std::string& name, const std::vector<FieldInfo>& fields) {
    const auto [at, is_new] = fields_.emplace(name, fields);
    if (!same_fields(at->second, fields))
      throw ArgumentError("config reference: two objects are called \"" + name + "\"");
    return !is_new;
  }

  std::vector<ConfigSection> sections_;
  std::map<std::string, std::vector<FieldInfo>> fields_;  // of the objects so far, by name
};

}  // namespace

std::vector<ConfigSection> config_sections(const ConfigType& root) {
  Walk walk;
  walk.add_root(root);
  return walk.take();
}

}  // namespace fovea::detail
