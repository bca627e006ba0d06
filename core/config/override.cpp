// SPDX-License-Identifier: Apache-2.0
// Assignments from the command line: "train.optimizer.lr=0.02", "lr=0.02", "conv1.stride=2".
#include "config/document.h"

#include <fovea/core/did_you_mean.h>
#include <fovea/core/error.h>
#include <fovea/core/utf8.h>

#include <algorithm>
#include <charconv>

namespace fovea::detail {

namespace {

using Kind = ConfigNode::Kind;
using Path = std::vector<std::string>;

Path split(std::string_view text) {
  Path parts;
  for (;;) {
    const size_t dot = text.find('.');
    parts.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

std::string join(const Path& path) {
  std::string text;
  for (const std::string& part : path) text += (text.empty() ? "" : ".") + part;
  return text;
}

std::vector<std::string> child_names(const ConfigNode& node) {
  if (node.kind == Kind::array) return element_names(node);
  std::vector<std::string> names;
  for (const auto& child : node.children) names.push_back(child->key);
  return names;
}

ConfigNode* child_named(const ConfigNode& node, std::string_view part) {
  const std::vector<std::string> names = child_names(node);
  const auto found = std::find(names.begin(), names.end(), part);
  if (found != names.end()) return node.children[static_cast<size_t>(found - names.begin())].get();
  for (const auto& child : node.children) {
    if (node.kind == Kind::array && std::to_string(child->index) == part) return child.get();
  }
  return nullptr;
}

// The node at a full path, or nullptr.
ConfigNode* resolve(ConfigNode& root, const Path& path) {
  ConfigNode* node = &root;
  for (const std::string& part : path) {
    if (!node) return nullptr;
    node = child_named(*node, part);
  }
  return node;
}

// A place of the document or of the declared fields; an element of a list may be meant by its index
// as well.
struct Place {
  Path names, indices;

  bool ends_with(const Path& end) const {
    if (end.size() > names.size()) return false;
    const size_t skip = names.size() - end.size();
    for (size_t i = 0; i < end.size(); i++) {
      if (end[i] != names[skip + i] && end[i] != indices[skip + i]) return false;
    }
    return true;
  }
};

void collect_places(const ConfigNode& node, Place& place, std::vector<Place>& all) {
  const std::vector<std::string> names = child_names(node);
  for (size_t i = 0; i < names.size(); i++) {
    place.names.push_back(names[i]);
    place.indices.push_back(node.kind == Kind::array ? std::to_string(i) : names[i]);
    all.push_back(place);
    collect_places(*node.children[i], place, all);
    place.names.pop_back();
    place.indices.pop_back();
  }
}

std::vector<Place> all_places(const ConfigNode& root, const std::vector<std::string>& declared) {
  Place place;
  std::vector<Place> all;
  collect_places(root, place, all);
  for (const std::string& text : declared) all.push_back({split(text), split(text)});
  return all;
}

// The full paths of the places that end with `end`; a path that is `end` itself is the only one.
std::vector<Path> paths_ending_with(const std::vector<Place>& places, const Path& end) {
  std::vector<Path> found;
  for (const Place& place : places) {
    if (place.names == end) return {end};
    const bool seen = std::find(found.begin(), found.end(), place.names) != found.end();
    if (place.ends_with(end) && !seen) found.push_back(place.names);
  }
  return found;
}

std::unique_ptr<ConfigNode> parse_value(ConfigDocument& document, const std::string& name,
                                        std::string_view text) {
  const ConfigSource& source = document.add_source(name, std::string(text), true);
  std::unique_ptr<ConfigNode> node;
  try {
    node = parse_json(source);
  } catch (const ConfigError&) {  // not JSON: a string
    node = std::make_unique<ConfigNode>();
    node->kind = Kind::string;
    node->text = text;
    node->span = {&source, 0, text.size()};
  }
  node->key_span = node->span;
  return node;
}

// The object at `path` from `root`, made where it is absent; nullptr when something else is there.
ConfigNode* object_at(ConfigNode& root, const Path& path, Span span) {
  ConfigNode* node = &root;
  for (const std::string& part : path) {
    ConfigNode* next = child_named(*node, part);
    if (!next) {
      if (node->kind != Kind::object) return nullptr;
      auto made = std::make_unique<ConfigNode>();
      made->kind = Kind::object;
      made->parent = node;
      made->key = part;
      made->span = made->key_span = span;
      next = node->children.emplace_back(std::move(made)).get();
    }
    node = next;
  }
  return node->kind == Kind::object ? node : nullptr;
}

class Override {
 public:
  Override(ConfigDocument& document, std::string_view assignment) : document_(document) {
    const size_t equals = assignment.find('=');
    left_ = split(assignment.substr(0, equals));
    if (equals != std::string_view::npos) value_ = assignment.substr(equals + 1);
    well_formed_ = equals != std::string_view::npos && equals > 0 &&
                   std::find(left_.begin(), left_.end(), "") == left_.end();
    assignment_ = assignment;
  }

  void apply(const std::vector<std::string>& declared) {
    if (!is_utf8(assignment_)) return fail("is not text in UTF-8, as configs are");
    if (!well_formed_) return fail("key=value wanted, such as train.optimizer.lr=0.02");
    ConfigNode& root = *document_.root;
    if (ConfigNode* node = resolve(root, left_)) return replace(*node, left_);
    const std::vector<Place> places = all_places(root, declared);
    std::vector<Path> found = paths_ending_with(places, left_);
    if (found.empty()) found = paths_of_new_member(places);
    if (found.size() > 1) return fail(ambiguity(found));
    const Path& path = found.empty() ? left_ : found[0];
    if (ConfigNode* node = resolve(root, path)) return replace(*node, path);
    add(root, path);
  }

 private:
  // "conv1.stride" where conv1 has no stride yet.
  std::vector<Path> paths_of_new_member(const std::vector<Place>& places) const {
    if (left_.size() < 2) return {};
    std::vector<Path> found = paths_ending_with(places, {left_.begin(), left_.end() - 1});
    for (Path& path : found) path.push_back(left_.back());
    return found;
  }

  void fail(const std::string& message) {
    const ConfigSource& source = document_.add_source(assignment_, "", true);
    document_.add_mistake({&source, 0, 0}, message);
  }

  static std::string ambiguity(const std::vector<Path>& found) {
    std::string list;
    for (const Path& path : found) list += (list.empty() ? "" : ", ") + join(path);
    return "ambiguous: " + list + "; write one of them in full";
  }

  std::unique_ptr<ConfigNode> value(const Path& path) {
    return parse_value(document_, join(path) + "=" + value_, value_);
  }

  void replace(ConfigNode& node, const Path& path) {
    auto fresh = value(path);
    fresh->key = node.key;
    fresh->index = node.index;
    fresh->parent = node.parent;
    if (!node.parent) return fail("a key inside the document wanted");
    node.parent->children[slot_of(node)] = std::move(fresh);
  }

  static size_t slot_of(const ConfigNode& node) {
    const auto& siblings = node.parent->children;
    return static_cast<size_t>(
        std::find_if(siblings.begin(), siblings.end(),
                     [&node](const auto& child) { return child.get() == &node; }) -
        siblings.begin());
  }

  void add(ConfigNode& root, const Path& path) {
    auto fresh = value(path);
    ConfigNode* object = object_at(root, {path.begin(), path.end() - 1}, fresh->span);
    if (!object) return fail("there is nothing of this name" + hint(root));
    fresh->key = path.back();
    fresh->parent = object;
    object->children.push_back(std::move(fresh));
  }

  // The names where the path leaves the document.
  std::string hint(const ConfigNode& root) const {
    const ConfigNode* node = &root;
    for (const std::string& part : left_) {
      const ConfigNode* next = child_named(*node, part);
      if (!next) {
        return did_you_mean(part, child_names(*node));
      }
      node = next;
    }
    return "";
  }

  ConfigDocument& document_;
  Path left_;
  std::string value_, assignment_;
  bool well_formed_ = false;
};

}  // namespace

void apply_override(ConfigDocument& document, std::string_view assignment,
                    const std::vector<std::string>& declared) {
  Override(document, assignment).apply(declared);
}

}  // namespace fovea::detail
