// SPDX-License-Identifier: Apache-2.0
// JSON for people: what fits on a line stays on one.
#include "config/document.h"

#include <fovea/core/json_writer.h>

namespace fovea {

namespace {

using detail::ConfigNode;

class Formatter {
 public:
  explicit Formatter(size_t width) : width_(width) {}

  // `used`: columns taken on the line before the value.
  void write(const ConfigNode& node, size_t depth, size_t used) {
    const std::string one_line = detail::to_json(node);
    const bool breakable = !node.children.empty() && depth < kDeepest;
    if (!breakable || (depth > 0 && used + one_line.size() < width_)) {
      text_ += one_line;
      return;
    }
    const bool object = node.kind == ConfigNode::Kind::object;
    text_ += object ? "{" : "[";
    for (size_t i = 0; i < node.children.size(); i++) {
      const ConfigNode& child = *node.children[i];
      std::string head(2 * (depth + 1), ' ');
      if (object) head += JsonString(child.key) + ": ";
      text_ += (i > 0 ? ",\n" : "\n") + head;
      write(child, depth + 1, head.size());
    }
    text_ += "\n" + std::string(2 * depth, ' ') + (object ? "}" : "]");
  }

  std::string take() { return std::move(text_); }

 private:
  static constexpr size_t kDeepest = 16;  // below, text is kept on one line: bounds the work

  static std::string JsonString(const std::string& text) { return JsonWriter().value(text).str(); }

  size_t width_;
  std::string text_;
};

}  // namespace

std::string format_json(std::string_view json, int width) {
  const detail::ConfigSource source{"JSON", std::string(json)};
  Formatter formatter(static_cast<size_t>(width));
  formatter.write(*detail::parse_json(source), 0, 0);
  return formatter.take() + "\n";
}

}  // namespace fovea
