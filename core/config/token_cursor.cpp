// SPDX-License-Identifier: Apache-2.0
#include "config/token_cursor.h"

#include <algorithm>

namespace fovea::detail {

namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}  // namespace

TokenCursor::TokenCursor(std::string_view text) : text_(text) {
  if (text.starts_with(kByteOrderMark)) end_ = kByteOrderMark.size();
}

void TokenCursor::advance() {
  begin_ = end_;
  comma_ = second_comma_ = npos;
  colon_ = false;
  skip_separators();
  end_ = end_of_token();
}

void TokenCursor::skip_separators() {
  while (begin_ < text_.size()) {
    const std::string_view rest = text_.substr(begin_);
    if (rest.starts_with("//")) {
      begin_ += std::min(rest.find('\n'), rest.size());
    } else if (rest.starts_with("/*")) {
      const size_t close = rest.find("*/", 2);
      begin_ += close == npos ? rest.size() : close + 2;
    } else if (std::string_view(" \t\r\n,:").find(rest[0]) != npos) {
      if (rest[0] == ',') (comma_ == npos ? comma_ : second_comma_) = begin_;
      if (rest[0] == ':') colon_ = true;
      begin_++;
    } else {
      return;
    }
  }
}

size_t TokenCursor::end_of_token() const {
  if (begin_ == text_.size()) return begin_;
  const char first = text_[begin_];
  if (std::string_view("{}[]").find(first) != npos) return begin_ + 1;
  if (first != '"') {
    return std::min(text_.find_first_of(" \t\r\n,:{}[]\"/", begin_ + 1), text_.size());
  }
  for (size_t i = begin_ + 1; i < text_.size(); i++) {
    if (text_[i] == '"') return i + 1;
    if (text_[i] == '\\') i++;
  }
  return text_.size();
}

}  // namespace fovea::detail
