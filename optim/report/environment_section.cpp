// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"
#include "report/page.h"
#include "report/sections.h"

#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>

namespace fovea::detail {

namespace {

bool is_list_of_objects(const Config& json) {
  return json.is_array() && !json.items().empty() && json.items()[0].is_object();
}

// A row for each value, under its path; lists stay on one line, those of objects are only counted.
void add_rows(const Config& json, const std::string& path, HtmlTable& table) {
  for (const std::string& key : json.keys()) {
    const Config value = json.at(key);
    const std::string name = path.empty() ? key : path + "." + key;
    if (value.is_object()) {
      add_rows(value, name, table);
    } else if (is_list_of_objects(value)) {
      table.row({name, std::to_string(value.items().size())});
    } else {
      table.row({name, value.is_string() ? value.as<std::string>().value_or("") : value.to_json()});
    }
  }
}

}  // namespace

std::string environment_section(const std::string& json) try {
  if (json.empty()) return "";
  HtmlTable table({"", ""});
  add_rows(Config::parse(json, "environment"), "", table);
  return section("Environment", table.str());
} catch (const ConfigError&) {  // somebody else's file: not worth losing the report
  return "";
}

std::string config_section(const std::string& json) try {
  if (json.empty()) return "";
  return section("Config", element("pre", "", escaped(format_json(json))));
} catch (const ConfigError&) {
  return "";
}

}  // namespace fovea::detail
