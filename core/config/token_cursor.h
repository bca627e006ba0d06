// SPDX-License-Identifier: Apache-2.0
// Finds the tokens of a JSON text one by one. nlohmann's parser says what a value is but not where;
// this walks beside it and says where.
#pragma once

#include <cstddef>
#include <string_view>

namespace fovea::detail {

inline constexpr size_t npos = std::string_view::npos;

class TokenCursor {
 public:
  explicit TokenCursor(std::string_view text);

  // Steps over blanks, comments, commas and colons to the next token: a bracket, a string with its
  // quotes, or a word. At the end of the text the token is empty.
  void advance();

  size_t begin() const { return begin_; }
  size_t end() const { return end_; }
  std::string_view token() const { return text_.substr(begin_, end_ - begin_); }
  // What was stepped over on the way to the token: offsets of the first and the second comma, npos
  // when there was none, and whether there was a colon.
  size_t comma() const { return comma_; }
  size_t second_comma() const { return second_comma_; }
  bool colon() const { return colon_; }

 private:
  void skip_separators();
  size_t end_of_token() const;

  std::string_view text_;
  size_t begin_ = 0, end_ = 0;
  size_t comma_ = npos, second_comma_ = npos;
  bool colon_ = false;
};

}  // namespace fovea::detail
