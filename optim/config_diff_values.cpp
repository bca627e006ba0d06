// SPDX-License-Identifier: Apache-2.0
#include "config_diff_parts.h"

#include <algorithm>

namespace fovea {

namespace {

using Kind = ConfigType::Kind;

std::string text_of(const Config& value) { return value.exists() ? value.to_json() : ""; }

std::string joined(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

bool same_elements(const Config& list, const std::string& element) {
  return std::ranges::all_of(list.items(),
                             [&](const Config& item) { return item.to_json() == element; });
}

// "0" and "[0, 0, 0, 0]": fields that take one number for several.
bool same_value(const Config& first, const Config& second) {
  if (!first.exists() || !second.exists()) return first.exists() == second.exists();
  if (first.is_array() && second.is_number()) return same_elements(first, second.to_json());
  if (first.is_number() && second.is_array()) return same_elements(second, first.to_json());
  return first.to_json() == second.to_json();
}

std::string type_of(const Config& value) {
  return value.is_object() ? value.get("type", "") : std::string();
}

bool has_typed_elements(const Config& list) {
  const auto items = list.items();
  return std::ranges::all_of(items, [](const Config& item) { return !type_of(item).empty(); });
}

const FieldInfo* field_of(const ConfigType* type, const std::string& key) {
  if (!type) return nullptr;
  const auto it = std::ranges::find(type->fields, key, &FieldInfo::name);
  return it == type->fields.end() ? nullptr : &*it;
}

// Lists of steps, told apart by their "type".
void compare_lists(const std::string& where, const Config& first, const Config& second,
                   const ConfigType* element, ConfigDifferences& differences) {
  const auto a = first.items(), b = second.items();
  const auto pairs = align(a.size(), b.size(), [&](size_t i, size_t j) {
    return type_of(a[i]) == type_of(b[j]) ? 1 : 0;
  });
  size_t i = 0, j = 0;
  const auto skip_to = [&](size_t to_i, size_t to_j) {
    for (; i < to_i; i++)
      differences.push_back({where + ": " + type_of(a[i]), text_of(a[i]), "", ""});
    for (; j < to_j; j++)
      differences.push_back({where + ": " + type_of(b[j]), "", text_of(b[j]), ""});
  };
  for (const auto& [x, y] : pairs) {
    skip_to(x, y);
    compare(where + ": " + type_of(a[x]), a[x], b[y],
            element ? alternative_of(*element, a[x]) : nullptr, "", differences);
    i = x + 1;
    j = y + 1;
  }
  skip_to(a.size(), b.size());
}

}  // namespace

std::vector<std::pair<size_t, size_t>> align(size_t first, size_t second,
                                             const std::function<int(size_t, size_t)>& weight) {
  // best[i][j]: of what follows i and j.
  std::vector<std::vector<int>> best(first + 1, std::vector<int>(second + 1, 0));
  for (size_t i = first; i-- > 0;)
    for (size_t j = second; j-- > 0;) {
      const int w = weight(i, j);
      best[i][j] = std::max({best[i + 1][j], best[i][j + 1], w > 0 ? best[i + 1][j + 1] + w : 0});
    }
  std::vector<std::pair<size_t, size_t>> pairs;
  for (size_t i = 0, j = 0; i < first && j < second;) {
    const int w = weight(i, j);
    if (w > 0 && best[i][j] == best[i + 1][j + 1] + w) {
      pairs.emplace_back(i++, j++);
    } else if (best[i][j] == best[i + 1][j]) {
      i++;
    } else {
      j++;
    }
  }
  return pairs;
}

const ConfigType* alternative_of(const ConfigType& type, const Config& value) {
  if (type.kind != Kind::any_of) return &type;
  for (const ConfigType& part : type.parts) {
    const bool fits = (part.kind == Kind::object && value.is_object() &&
                       (type_name_of(part).empty() || type_name_of(part) == type_of(value))) ||
                      (part.kind == Kind::list && value.is_array());
    if (fits) return &part;
  }
  return nullptr;
}

void compare(const std::string& where, const Config& first, const Config& second,
             const ConfigType* type, const std::string& meaning, ConfigDifferences& differences) {
  const bool objects = first.exists() && second.exists() && first.is_object() && second.is_object();
  if (objects && type_of(first) == type_of(second)) {
    compare_members(where, first, second, type ? alternative_of(*type, first) : nullptr, {"type"},
                    differences);
    return;
  }
  const bool lists = first.exists() && second.exists() && first.is_array() && second.is_array();
  if (lists && has_typed_elements(first) && has_typed_elements(second)) {
    const ConfigType* list = type ? alternative_of(*type, first) : nullptr;
    compare_lists(where, first, second, list && !list->parts.empty() ? &list->parts[0] : nullptr,
                  differences);
    return;
  }
  if (!same_value(first, second))
    differences.push_back({where, text_of(first), text_of(second), meaning});
}

void compare_members(const std::string& where, const Config& first, const Config& second,
                     const ConfigType* type, const std::vector<std::string>& skipped,
                     ConfigDifferences& differences) {
  std::vector<std::string> keys = first.keys();
  for (const std::string& key : second.keys())
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  for (const std::string& key : keys) {
    if (std::ranges::find(skipped, key) != skipped.end()) continue;
    const FieldInfo* field = field_of(type, key);
    compare(joined(where, key), first.find(key), second.find(key), field ? &field->type : nullptr,
            field ? field->doc : "", differences);
  }
}

}  // namespace fovea
