// SPDX-License-Identifier: Apache-2.0
// Text of files inside messages.
#pragma once

#include <string>
#include <string_view>

namespace fovea::detail {

// Terminals obey control characters, so they become "?" (a tab: a blank); text beyond `longest`
// bytes becomes "...".
inline std::string printable(std::string_view text, size_t longest = std::string_view::npos) {
  const bool cut = text.size() > longest;
  std::string shown(text.substr(0, longest));
  for (char& c : shown) {
    if (c == '\t') c = ' ';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return cut ? shown + "..." : shown;
}

}  // namespace fovea::detail
