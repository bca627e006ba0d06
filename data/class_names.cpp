// SPDX-License-Identifier: Apache-2.0
#include "file_reader.h"

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

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

bool is_text(std::string_view line) { return is_utf8(line) && line.find('\0') == line.npos; }

}  // namespace

std::vector<std::string> numbered_classes(int64_t count) {
  std::vector<std::string> names;
  for (int64_t i = 0; i < count; i++) names.push_back(std::to_string(i));
  return names;
}

std::vector<std::string> read_class_names(const std::string& path) {
  const std::vector<uint8_t> bytes = detail::read_whole_file(path, kMaxFileBytes);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());

  std::map<std::string_view, size_t> seen;
  const std::vector<std::string_view> lines = lines_of(text);
  const auto fail = [&](size_t line, const std::string& what) {
    throw DataError(path + ":" + std::to_string(line + 1) + ": " + what);
  };
  if (lines.empty()) throw DataError(path + ": holds no class names; one per line is wanted");
  for (size_t i = 0; i < lines.size(); i++) {
    if (lines[i].empty()) fail(i, "an empty class name");
    if (!is_text(lines[i])) fail(i, "is not text in UTF-8");
    const auto [before, is_new] = seen.emplace(lines[i], i);
    if (!is_new) {
      fail(i, "class \"" + std::string(lines[i]) + "\" is also on line " +
                  std::to_string(before->second + 1));
    }
  }
  return {lines.begin(), lines.end()};
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
