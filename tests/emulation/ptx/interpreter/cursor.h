// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "lexer.h"

#include <string>
#include <string_view>
#include <vector>

namespace ptx {

// A place in a list of tokens.
class Cursor {
 public:
  explicit Cursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  int line() const { return peek().line; }
  bool at_end() const { return peek().text.empty(); }
  bool is(std::string_view text) const { return peek().text == text; }
  Token take() {
    const Token& token = peek();
    if (at_ + 1 < tokens_.size()) at_++;
    return token;
  }
  bool accept(std::string_view text) { return is(text) && (take(), true); }
  void expect(std::string_view text);  // Error unless it is next
  int64_t integer();                   // with a sign
  void skip_past(std::string_view text);

 private:
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

// The bits of a literal: decimal, hexadecimal, "0f3F800000" (float) or "0d..." (double); false if
// `text` is none.
bool parse_literal(const std::string& text, uint64_t& bits);

}  // namespace ptx
