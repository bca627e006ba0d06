// SPDX-License-Identifier: Apache-2.0
// What the elements of a list are called.
#include "config/document.h"

#include <fovea/core/config.h>

#include <map>

namespace fovea {

namespace detail {

namespace {

std::string text_of(const ConfigNode& object, std::string_view key) {
  const ConfigNode* member = object.member(key);
  return member && member->kind == ConfigNode::Kind::string ? member->text : "";
}

}  // namespace

std::vector<std::string> element_names(const ConfigNode& list) {
  std::vector<std::string> names;
  std::map<std::string, int> unnamed;
  for (const auto& child : list.children) {
    std::string name = text_of(*child, "name");
    const std::string type = text_of(*child, "type");
    if (name.empty() && !type.empty()) name = type + std::to_string(++unnamed[type]);
    names.push_back(name.empty() ? std::to_string(child->index) : std::move(name));
  }
  return names;
}

}  // namespace detail

std::vector<std::string> Config::element_names() const {
  return is_array() ? detail::element_names(*node_) : std::vector<std::string>();
}

}  // namespace fovea
