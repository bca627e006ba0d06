// SPDX-License-Identifier: Apache-2.0
#include "cursor.h"

#include "module.h"

#include <cctype>

namespace ptx {

void Cursor::expect(std::string_view text) {
  if (!accept(text))
    throw Error(line(), "expected '" + std::string(text) + "' before '" + peek().text + "'");
}

int64_t Cursor::integer() {
  bool negative = false;
  while (is("-") || is("+")) negative ^= take().text == "-";
  uint64_t bits = 0;
  const Token token = take();
  if (!parse_literal(token.text, bits))
    throw Error(token.line, "'" + token.text + "' is no number");
  const auto value = static_cast<int64_t>(bits);
  return negative ? -value : value;
}

void Cursor::skip_past(std::string_view text) {
  while (!is(text) && !at_end()) take();
  expect(text);
}

bool parse_literal(const std::string& text, uint64_t& bits) {
  if (text.empty() || !std::isdigit(static_cast<unsigned char>(text[0]))) return false;
  std::string digits = text;
  int base = 0;
  if (const char kind = text.size() > 2 && text[0] == '0' ? text[1] : ' ';
      kind == 'f' || kind == 'F' || kind == 'd' || kind == 'D') {
    digits = text.substr(2);
    base = 16;
  }
  if (digits.back() == 'U') digits.pop_back();
  size_t used = 0;
  bits = std::stoull(digits, &used, base);
  return used == digits.size();
}

}  // namespace ptx
