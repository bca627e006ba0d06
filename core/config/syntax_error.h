// SPDX-License-Identifier: Apache-2.0
// Says in plain words why a text is not JSON.
#pragma once

#include "config/document.h"
#include "config/token_cursor.h"

#include <string>
#include <string_view>

namespace fovea::detail {

struct SyntaxErrorContext {
  std::string_view text;
  TokenCursor next;                  // the first token that does not fit
  size_t last_end = 0;               // where the last good token ended
  size_t position = 0;               // characters that nlohmann's parser had read
  const ConfigNode* open = nullptr;  // the innermost open object or array
  bool after_key = false;            // a key was read, its value was not
  std::string parser_message;
};

struct SyntaxError {
  size_t begin = 0, end = 0;
  std::string message;
};

SyntaxError explain_syntax_error(const SyntaxErrorContext& context);

}  // namespace fovea::detail
