// SPDX-License-Identifier: Apache-2.0
// Assignments from the command line: "train.optimizer.lr=0.02", "lr=0.02", "conv1.stride=2".
#include "config/document.h"

#include <fovea/core/did_you_mean.h>
#include <fovea/core/error.h>

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

bool ends_with(const Path& path, const Path& end) {
  return path.size() >= end.size() && std::equal(end.rbegin(), end.rend(), path.rbegin());
}

// How an override names an element of an array: its "name", else its index.
std::string name_of(const ConfigNode& child) {
  if (child.parent->kind == Kind::object) return child.key;
  const ConfigNode* name = child.member("name");
  const bool named = name && name->kind == Kind::string && !name->text.empty();
  return named ? name->text : std::to_string(child.index);
}

ConfigNode* child_named(const ConfigNode& node, std::string_view part) {
  if (ConfigNode* member = node.member(part)) return member;
  if (node.kind != Kind::array) return nullptr;
  for (const auto& child : node.children) {
    if (name_of(*child) == part || std::to_string(child->index) == part) return child.get();
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

void collect_paths(const ConfigNode& node, Path& path, std::vector<Path>& all) {
  for (const auto& child : node.children) {
    path.push_back(name_of(*child));
    all.push_back(path);
    collect_paths(*child, path, all);
    path.pop_back();
  }
}

// All full paths that end with `end`, of the document and of the declared fields; a path that is
// `end` itself is the only one.
std::vector<Path> paths_ending_with(const ConfigNode& root,
                                    const std::vector<std::string>& declared, const Path& end) {
  Path path;
  std::vector<Path> all;
  collect_paths(root, path, all);
  for (const std::string& text : declared) all.push_back(split(text));
  std::vector<Path> found;
  if (std::find(all.begin(), all.end(), end) != all.end()) return {end};
  for (Path& candidate : all) {
    const bool seen = std::find(found.begin(), found.end(), candidate) != found.end();
    if (ends_with(candidate, end) && !seen) found.push_back(std::move(candidate));
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
    if (!well_formed_) return fail("key=value wanted, such as train.optimizer.lr=0.02");
    ConfigNode& root = *document_.root;
    if (ConfigNode* node = resolve(root, left_)) return replace(*node, left_);
    const std::vector<Path> found = paths_ending_with(root, declared, left_);
    if (found.size() > 1) return fail(ambiguity(found));
    const Path& path = found.empty() ? left_ : found[0];
    if (ConfigNode* node = resolve(root, path)) return replace(*node, path);
    add(root, path);
  }

 private:
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
        std::vector<std::string> names;
        for (const auto& child : node->children) names.push_back(name_of(*child));
        return did_you_mean(part, names);
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
