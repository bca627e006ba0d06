// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ptx {

// A word (opcode with its dots, directive, name, number), a quoted string or one punctuation mark.
struct Token {
  std::string text;
  int line = 0;
};

// Comments are dropped. The last token is empty and stands for the end.
std::vector<Token> tokenize(std::string_view text);

}  // namespace ptx
