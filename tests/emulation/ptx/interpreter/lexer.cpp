// SPDX-License-Identifier: Apache-2.0
#include "lexer.h"

#include "module.h"

#include <cctype>

namespace ptx {

namespace {

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' ||
         c == '.';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (skip_blanks(), at_ < text_.size()) tokens_.push_back(next());
    tokens_.push_back({"", line_});
    return std::move(tokens_);
  }

 private:
  bool starts(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

  void advance(size_t end) {
    for (; at_ < end && at_ < text_.size(); at_++) line_ += text_[at_] == '\n';
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_]))) {
        advance(at_ + 1);
      } else if (starts("//")) {
        advance(text_.find('\n', at_));
      } else if (starts("/*")) {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == text_.npos) throw Error(line_, "a comment does not end");
        advance(end + 2);
      } else {
        return;
      }
    }
  }

  Token next() {
    const int line = line_;
    const size_t begin = at_;
    size_t end = at_ + 1;
    if (text_[begin] == '"') {
      end = text_.find('"', begin + 1);
      if (end == text_.npos) throw Error(line, "a string does not end");
      end++;
    } else if (in_word(text_[begin])) {
      // "ld.global.L2::128B" is one word: a double colon never separates.
      while (end < text_.size() && (in_word(text_[end]) || double_colon(end)))
        end += double_colon(end) ? 2 : 1;
    }
    advance(end);
    return {std::string(text_.substr(begin, end - begin)), line};
  }

  bool double_colon(size_t at) const { return text_.substr(at, 2) == "::"; }

  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace ptx
