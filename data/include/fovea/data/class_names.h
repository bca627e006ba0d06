// SPDX-License-Identifier: Apache-2.0
// Names of the classes that labels stand for.
#pragma once

#include <fovea/core/config_value.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// "0", "1", ..., as many as `count`.
std::vector<std::string> numbered_classes(int64_t count);

// The name of a label; the number itself where it has none.
std::string class_name(const std::vector<std::string>& classes, int64_t label);

// One name per line; blank lines at the end are dropped. Throws DataError for a file that cannot be
// read, is not text in UTF-8, or has an empty or repeated name.
std::vector<std::string> read_class_names(const std::string& path);

// A config's "classes": a list of names, or a file that holds them.
struct ClassNames {
  std::vector<std::string> list;
  std::string file;  // used when `list` is empty

  // Empty when neither is given. Throws as read_class_names().
  std::vector<std::string> load() const;
};

template <>
struct ConfigValue<ClassNames> {
  static std::optional<ClassNames> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const ClassNames& names);
};

}  // namespace fovea
