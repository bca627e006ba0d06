// SPDX-License-Identifier: Apache-2.0
#include "config/syntax_error.h"

#include <algorithm>
#include <cctype>

namespace fovea::detail {

namespace {

using Kind = ConfigNode::Kind;

std::string quoted(std::string_view token) { return '"' + std::string(token.substr(0, 40)) + '"'; }

std::string offset_of(size_t offset, std::string_view text) {
  return "offset " + std::to_string(offset) + " of " + std::to_string(text.size()) + " bytes";
}

SyntaxError at_the_end(const SyntaxErrorContext& context) {
  const size_t size = context.text.size();
  if (context.last_end == 0 && context.text.find_first_not_of(" \t\r\n") == npos) {
    return {0, 0, "the file is empty; an object {...} wanted"};
  }
  std::string message = "the text ends too early, at " + offset_of(size, context.text);
  if (context.open) {
    const size_t begin = context.open->span.begin;
    const auto line = 1 + std::count(context.text.begin(), context.text.begin() + begin, '\n');
    message += std::string(context.open->kind == Kind::object ? ": the object" : ": the array") +
               " of line " + std::to_string(line) + " is not closed";
  }
  return {size, size, message};
}

bool is_like_number(std::string_view token) {
  return token.find_first_of("0123456789") == token.find_first_not_of("+-.");
}

bool is_not_a_number(std::string_view token) {
  std::string word(token.substr(token.find_first_not_of("+-") == 1 ? 1 : 0));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word == "nan" || word == "inf" || word == "infinity";
}

std::string explain_word(std::string_view token, const std::string& parser_message) {
  if (is_not_a_number(token)) return std::string(token) + " is not JSON; a finite number wanted";
  if (parser_message.find("out_of_range") != npos) return std::string(token) + " is too large";
  if (is_like_number(token)) return quoted(token) + " is not a JSON number";
  return quoted(token) + " is not JSON; strings and keys stand in double quotes";
}

// What nlohmann's message says after the dash, without the text that it had last read.
std::string reason_of(const std::string& parser_message) {
  const size_t dash = parser_message.find(" - ");
  if (dash == npos) return "not JSON";
  const size_t begin = dash + 3;
  const size_t last_read = parser_message.find("; last read", begin);
  return parser_message.substr(begin, last_read == npos ? npos : last_read - begin);
}

bool good_string(const SyntaxErrorContext& context) {
  const std::string_view token = context.next.token();
  return token.size() > 1 && token[0] == '"' && token.back() == '"' &&
         context.parser_message.find("invalid string") == npos;
}

SyntaxError bad_string(const SyntaxErrorContext& context) {
  const TokenCursor& next = context.next;
  const size_t size = context.text.size();
  if (next.end() == size && context.position > size) {
    return {next.begin(), next.begin() + 1,
            "this string is not closed; the text ends at " + offset_of(size, context.text)};
  }
  const size_t bad = std::min(context.position > 0 ? context.position - 1 : 0, size);
  return {bad, std::min(bad + 1, size), reason_of(context.parser_message)};
}

// A token that is fine by itself stands at a wrong place.
std::string explain_place(const SyntaxErrorContext& context) {
  if (!context.open) return "text after the end of the document";
  if (context.after_key) {
    return context.next.colon() ? "a value is missing before this"
                                : "a colon is missing before this";
  }
  const bool after_value = !context.open->children.empty() && context.next.comma() == npos;
  if (after_value) return "a comma is missing before this";
  return context.open->kind == Kind::object ? "a key in double quotes wanted" : "a value wanted";
}

}  // namespace

SyntaxError explain_syntax_error(const SyntaxErrorContext& context) {
  const TokenCursor& next = context.next;
  const std::string_view token = next.token();
  if (token.empty()) return at_the_end(context);
  const auto at_token = [&](std::string message) {
    return SyntaxError{next.begin(), next.end(), std::move(message)};
  };
  if (next.second_comma() != npos) {
    return {next.second_comma(), next.second_comma() + 1, "a value is missing before this comma"};
  }
  if ((token == "}" || token == "]") && next.comma() != npos) {
    return {next.comma(), next.comma() + 1,
            "a comma before " + quoted(token) + "; JSON has no trailing commas"};
  }
  if (token[0] == '"' && !good_string(context)) return bad_string(context);
  if (token == "}" || token == "]") {
    return at_token(context.after_key ? "a value is missing before this"
                                      : "unexpected " + quoted(token));
  }
  const bool bad_word = context.parser_message.find("invalid literal") != npos ||
                        context.parser_message.find("invalid number") != npos ||
                        context.parser_message.find("out_of_range") != npos;
  const bool word = token[0] != '"' && token != "{" && token != "[";
  return at_token(word && bad_word ? explain_word(token, context.parser_message)
                                   : explain_place(context));
}

}  // namespace fovea::detail
