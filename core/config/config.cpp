// SPDX-License-Identifier: Apache-2.0
#include "config/document.h"

#include <fovea/core/config.h>
#include <fovea/core/error.h>

#include <algorithm>
#include <utility>

namespace fovea {

using detail::ConfigDocument;
using detail::ConfigNode;
using Kind = ConfigNode::Kind;

namespace {

void set_known(ConfigNode& node) {
  node.known = true;
  for (const auto& child : node.children) set_known(*child);
}

// `"fc6" (linear)` for an object that says so; mistakes at it are easier to place.
std::string title_of(const ConfigNode& node) {
  const auto text = [&node](const char* key) {
    const ConfigNode* member = node.member(key);
    return member && member->kind == Kind::string ? member->text : "";
  };
  std::string title;
  if (!text("name").empty()) title += " \"" + text("name") + "\"";
  if (!text("type").empty()) title += " (" + text("type") + ")";
  return title;
}

// Where a mistake at `node` is shown: an absent value at the object that lacks it.
detail::Span place_of(const ConfigNode& node) {
  const ConfigNode* present = &node;
  while (present->kind == Kind::missing && present->parent) present = present->parent;
  detail::Span span = present->span;
  const bool container = present->kind == Kind::object || present->kind == Kind::array;
  if (container) span.end = span.begin + 1;
  return span;
}

}  // namespace

Config::Config(std::shared_ptr<ConfigDocument> document, ConfigNode* node)
    : document_(std::move(document)), node_(node) {}

Config Config::parse(std::string_view text, std::string name) {
  auto document = std::make_shared<ConfigDocument>();
  document->root =
      detail::parse_json(document->add_source(std::move(name), std::string(text), false));
  ConfigNode* root = document->root.get();
  root->known = true;
  return {std::move(document), root};
}

void Config::override(std::string_view assignment, std::span<const std::string> declared) {
  detail::apply_override(*document_, assignment, {declared.begin(), declared.end()});
}

bool Config::exists() const { return node_->kind != Kind::missing; }
bool Config::is_object() const { return node_->kind == Kind::object; }
bool Config::is_array() const { return node_->kind == Kind::array; }
bool Config::is_string() const { return node_->kind == Kind::string; }
bool Config::is_number() const { return node_->kind == Kind::number; }
bool Config::is_bool() const { return node_->kind == Kind::boolean; }

bool Config::has(std::string_view key) const { return find(key).exists(); }

Config Config::find(std::string_view key) const {
  node_->visited = true;
  if (std::find(node_->asked.begin(), node_->asked.end(), key) == node_->asked.end()) {
    node_->asked.emplace_back(key);
  }
  if (exists() && !is_object()) error("an object wanted");
  if (ConfigNode* member = node_->member(key)) {
    member->known = true;
    return {document_, member};
  }
  auto missing = std::make_unique<ConfigNode>();
  missing->parent = node_;
  missing->key = key;
  document_->missing.push_back(std::move(missing));
  return {document_, document_->missing.back().get()};
}

Config Config::at(std::string_view key) const {
  Config value = find(key);
  if (!value.exists() && (!exists() || is_object())) value.error("is missing");
  return value;
}

std::vector<Config> Config::items() const {
  std::vector<Config> items;
  if (!is_array()) {
    error("a list wanted");
    return items;
  }
  for (const auto& child : node_->children) {
    child->known = true;
    items.push_back(Config(document_, child.get()));
  }
  return items;
}

std::vector<std::string> Config::keys() const {
  std::vector<std::string> keys;
  if (!is_object()) return keys;
  for (const auto& child : node_->children) keys.push_back(child->key);
  return keys;
}

std::string Config::name() const {
  const std::string path = node_->path();
  return path.substr(path.rfind('.') + 1);
}

std::string Config::path() const { return node_->path(); }
std::string Config::where() const { return detail::location(place_of(*node_)); }
std::string Config::to_json() const { return detail::to_json(*node_); }

void Config::describe_as(std::string_view component) const {
  node_->component = component;
  node_->visited = true;
}

void Config::accept_all() const { set_known(*node_); }

void Config::error(const std::string& message) const {
  const detail::Span place = place_of(*node_);
  std::string label = node_->path() + title_of(*node_);
  const bool named_by_source =
      place.source->command_line && place.source->name.starts_with(label + "=");
  if (named_by_source) label.clear();
  document_->add_mistake(place, label.empty() ? message : label + ": " + message);
}

bool Config::has_errors() const { return !document_->mistakes.empty(); }

void Config::finish(std::span<const std::string> declared) const {
  detail::add_unknown_keys(*document_, *node_, declared);
}

void Config::check() const {
  if (!has_errors()) return;
  auto mistakes = document_->mistakes;
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const auto& a, const auto& b) {
    return std::pair(a.source, a.offset) < std::pair(b.source, b.offset);
  });
  throw ConfigError(detail::join_mistakes(mistakes));
}

}  // namespace fovea
