// SPDX-License-Identifier: Apache-2.0
// Keys that no reader asked for.
#include "config/document.h"

#include <fovea/core/did_you_mean.h>

namespace fovea::detail {

namespace {

std::string list_of_fields(const ConfigNode& object) {
  if (object.asked.empty()) return "";
  std::string list = object.component.empty() ? "known here:" : object.component + " takes:";
  for (const std::string& name : object.asked) list += " " + name;
  return list;
}

bool is_unknown(const ConfigNode& member) {
  const bool schema = member.key == "$schema" && !member.parent->parent;  // for editors
  return !member.known && !schema;
}

std::string hint(const ConfigNode& member, std::span<const std::string> declared) {
  const std::string here = did_you_mean(member.key, member.parent->asked);
  return here.empty() ? found_elsewhere(member.key, declared) : here;
}

}  // namespace

void add_unknown_keys(ConfigDocument& document, const ConfigNode& node,
                      std::span<const std::string> declared) {
  if (node.kind == ConfigNode::Kind::object && !node.visited) return;
  for (const auto& child : node.children) {
    if (node.kind == ConfigNode::Kind::object && is_unknown(*child)) {
      document.add_mistake(child->key_span,
                           child->path() + ": unknown key" + hint(*child, declared),
                           list_of_fields(node));
    } else {
      add_unknown_keys(document, *child, declared);
    }
  }
}

}  // namespace fovea::detail
