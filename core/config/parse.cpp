// SPDX-License-Identifier: Apache-2.0
// Builds the document's tree from nlohmann's parser events.
#include "config/document.h"
#include "config/syntax_error.h"
#include "config/token_cursor.h"

#include <fovea/core/error.h>

#include <nlohmann/json.hpp>

#include <cctype>
#include <charconv>
#include <string>
#include <unordered_set>

namespace fovea::detail {

namespace {

using Json = nlohmann::json;
using Kind = ConfigNode::Kind;

constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxValues = 1'000'000;  // bounds the memory a hostile file can take

bool is_literal(std::string_view token) {
  return token == "true" || token == "false" || token == "null";
}

bool is_number(std::string_view token) {
  double value = 0;
  const auto [end, status] = std::from_chars(token.data(), token.data() + token.size(), value);
  const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
  const bool leading_zero = digits.size() > 1 && digits[0] == '0' && std::isdigit(digits[1]);
  return end == token.data() + token.size() && !leading_zero;
}

class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  explicit TreeBuilder(const ConfigSource& source) : source_(source), cursor_(source.text) {}

  std::unique_ptr<ConfigNode> take_root() { return std::move(root_); }

  bool null() override { return add_scalar(Kind::null, is_literal); }
  bool boolean(bool value) override { return add_scalar(Kind::boolean, is_literal, value); }
  bool number_integer(int64_t) override { return add_scalar(Kind::number, is_number); }
  bool number_unsigned(uint64_t) override { return add_scalar(Kind::number, is_number); }
  bool number_float(double, const std::string&) override {
    return add_scalar(Kind::number, is_number);
  }
  bool string(std::string& value) override {
    add(Kind::string).text = std::move(value);
    return true;
  }
  bool binary(Json::binary_t&) override { return false; }  // not in JSON text

  bool start_object(size_t) override { return open(Kind::object); }
  bool end_object() override { return close(); }
  bool start_array(size_t) override { return open(Kind::array); }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    cursor_.advance();
    key_ = std::move(name);
    key_span_ = {&source_, cursor_.begin() + 1, cursor_.end() - 1};
    if (!open_.back().keys.insert(key_).second) {
      fail(key_span_, path() + ": the key \"" + key_ + "\" is here twice");
    }
    return true;
  }

  bool parse_error(size_t position, const std::string&, const Json::exception& error) override {
    const size_t last_end = cursor_.end();
    cursor_.advance();
    const SyntaxError mistake = explain_syntax_error({.text = source_.text,
                                                      .next = cursor_,
                                                      .last_end = last_end,
                                                      .position = position,
                                                      .open = innermost(),
                                                      .after_key = !key_.empty(),
                                                      .parser_message = error.what()});
    const std::string where = path();
    fail({&source_, mistake.begin, mistake.end},
         (where.empty() ? "" : where + ": ") + mistake.message);
  }

 private:
  struct Open {
    ConfigNode* node;
    std::unordered_set<std::string> keys;
  };

  [[noreturn]] static void fail(Span place, const std::string& what) {
    throw ConfigError(report(place, what, ""));
  }

  ConfigNode* innermost() const { return open_.empty() ? nullptr : open_.back().node; }

  // Of the value that is being read.
  std::string path() const {
    if (open_.empty()) return "";
    ConfigNode next;
    next.parent = innermost();
    next.key = key_;
    next.index = next.parent->children.size();
    return next.parent->kind == Kind::object && key_.empty() ? next.parent->path() : next.path();
  }

  ConfigNode& add(Kind kind) {
    cursor_.advance();
    auto node = std::make_unique<ConfigNode>();
    ConfigNode& added = *node;
    added.kind = kind;
    added.span = {&source_, cursor_.begin(), cursor_.end()};
    if (++values_ > kMaxValues) {
      fail(added.span, "more than " + std::to_string(kMaxValues) + " values");
    }
    if (ConfigNode* parent = innermost()) {
      added.parent = parent;
      added.index = parent->children.size();
      added.key = std::move(key_);
      added.key_span = key_span_;
      key_.clear();
      parent->children.push_back(std::move(node));
    } else {
      root_ = std::move(node);
    }
    return added;
  }

  // `valid`: the token is the whole of what the parser took for a scalar ("01" is 0, then 1, to
  // it).
  bool add_scalar(Kind kind, bool (*valid)(std::string_view), bool boolean = false) {
    ConfigNode& node = add(kind);
    node.boolean = boolean;
    node.text = cursor_.token();
    if (!valid(node.text)) fail(node.span, node.path() + ": \"" + node.text + "\" is not JSON");
    return true;
  }

  bool open(Kind kind) {
    ConfigNode& node = add(kind);
    if (open_.size() == kMaxDepth) {
      fail(node.span, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    open_.push_back({&node, {}});
    return true;
  }

  bool close() {
    cursor_.advance();
    open_.back().node->span.end = cursor_.end();
    open_.pop_back();
    return true;
  }

  const ConfigSource& source_;
  TokenCursor cursor_;
  std::unique_ptr<ConfigNode> root_;
  std::vector<Open> open_;
  std::string key_;
  Span key_span_;
  size_t values_ = 0;
};

}  // namespace

std::unique_ptr<ConfigNode> parse_json(const ConfigSource& source) {
  // The parser takes it for the end, whatever follows.
  if (const size_t zero = source.text.find('\0'); zero != std::string::npos)
    throw ConfigError(report({&source, zero, zero + 1}, "a zero byte; a config is text", ""));
  TreeBuilder builder(source);
  constexpr bool strict = true, ignore_comments = true;
  Json::sax_parse(source.text, &builder, Json::input_format_t::json, strict, ignore_comments);
  return builder.take_root();
}

}  // namespace fovea::detail
