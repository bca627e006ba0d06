// SPDX-License-Identifier: Apache-2.0
#include "config/document.h"

#include <fovea/core/json_writer.h>

#include <algorithm>

namespace fovea::detail {

namespace {
constexpr size_t kMaxMistakes = 100;  // more help nobody

void write(JsonWriter& json, const ConfigNode& node) {
  using Kind = ConfigNode::Kind;
  switch (node.kind) {
    case Kind::missing:
    case Kind::null:
      json.raw("null");
      break;
    case Kind::boolean:
      json.value(node.boolean);
      break;
    case Kind::number:
      json.raw(node.text);
      break;
    case Kind::string:
      json.value(node.text);
      break;
    case Kind::array:
      json.begin_array();
      for (const auto& child : node.children) write(json, *child);
      json.end_array();
      break;
    case Kind::object:
      json.begin_object();
      for (const auto& child : node.children) write(json.key(child->key), *child);
      json.end_object();
      break;
  }
}
}  // namespace

ConfigNode* ConfigNode::member(std::string_view name) const {
  if (kind != Kind::object) return nullptr;
  const auto found = std::find_if(children.begin(), children.end(),
                                  [name](const auto& child) { return child->key == name; });
  return found == children.end() ? nullptr : found->get();
}

std::string ConfigNode::path() const {
  if (!parent) return "";
  const std::string outer = parent->path();
  if (parent->kind == Kind::array) return outer + "[" + std::to_string(index) + "]";
  return outer.empty() ? key : outer + "." + key;
}

const ConfigSource& ConfigDocument::add_source(std::string name, std::string text,
                                               bool command_line) {
  sources.push_back({std::move(name), std::move(text), command_line, sources.size()});
  return sources.back();
}

void ConfigDocument::add_mistake(Span place, const std::string& what, const std::string& note) {
  if (mistakes.size() >= kMaxMistakes) return;
  ConfigMistake mistake{place.source->order, place.begin, report(place, what, note)};
  const bool seen = std::any_of(mistakes.begin(), mistakes.end(),
                                [&](const auto& other) { return other.text == mistake.text; });
  if (!seen) mistakes.push_back(std::move(mistake));
}

std::string to_json(const ConfigNode& node) {
  JsonWriter json;
  write(json, node);
  return json.str();
}

}  // namespace fovea::detail
