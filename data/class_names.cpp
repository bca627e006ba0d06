// SPDX-License-Identifier: Apache-2.0
#include "text_lines.h"

#include <fovea/core/error.h>
#include <fovea/core/utf8.h>
#include <fovea/data/class_names.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace fovea {

namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{16} << 20;

bool is_text(std::string_view line) { return is_utf8(line) && line.find('\0') == line.npos; }

}  // namespace

std::vector<std::string> numbered_classes(int64_t count) {
  std::vector<std::string> names;
  for (int64_t i = 0; i < count; i++) names.push_back(std::to_string(i));
  return names;
}

std::string class_name(const std::vector<std::string>& classes, int64_t label) {
  const bool named = label >= 0 && label < std::ssize(classes);
  return named ? classes[static_cast<size_t>(label)] : std::to_string(label);
}

std::vector<std::string> read_class_names(const std::string& path) {
  const detail::TextLines lines(path, kMaxFileBytes);
  std::map<std::string_view, int64_t> seen;
  std::vector<std::string> names;
  if (lines.size() == 0) throw DataError(path + ": holds no class names; one per line is wanted");
  for (int64_t i = 0; i < lines.size(); i++) {
    if (lines[i].empty()) lines.fail(i, "an empty class name");
    if (!is_text(lines[i])) lines.fail(i, "is not text in UTF-8");
    const auto [before, is_new] = seen.emplace(lines[i], i);
    if (!is_new) {
      lines.fail(i, "class \"" + std::string(lines[i]) + "\" is also on line " +
                        std::to_string(before->second + 1));
    }
    names.emplace_back(lines[i]);
  }
  return names;
}

std::vector<std::string> ClassNames::load() const {
  return list.empty() && !file.empty() ? read_class_names(file) : list;
}

std::optional<ClassNames> ConfigValue<ClassNames>::read(const Config& config, const Constraint&) {
  if (!config.is_array()) {
    auto file = config.as<std::string>(non_empty());
    return file ? std::optional(ClassNames{{}, *std::move(file)}) : std::nullopt;
  }
  auto list = config.as<std::vector<std::string>>(non_empty());
  if (!list) return std::nullopt;
  std::set<std::string_view> seen;
  for (const std::string& name : *list) {
    if (!seen.insert(name).second) config.error("names \"" + name + "\" twice");
  }
  return ClassNames{*std::move(list), ""};
}

ConfigType ConfigValue<ClassNames>::type() {
  return ConfigType::any_of(
      "list of names, or a file with one per line",
      {ConfigValue<std::vector<std::string>>::type(), ConfigValue<std::string>::type()});
}

void ConfigValue<ClassNames>::write(JsonWriter& json, const ClassNames& names) {
  if (names.file.empty()) {
    ConfigValue<std::vector<std::string>>::write(json, names.list);
  } else {
    json.value(names.file);
  }
}

}  // namespace fovea
