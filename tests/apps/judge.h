// SPDX-License-Identifier: Apache-2.0
// What a clear error is: an exit code that tells the kind, and a short message that names the file.
#pragma once

#include "support/program.h"

#include <algorithm>
#include <string>

namespace fovea::test {

// What is wrong with the way `result` refuses the file called `name`; empty when nothing is.
inline std::string unclear(const ProgramResult& result, const std::string& name) {
  const auto lines = std::count(result.err.begin(), result.err.end(), '\n');
  if (result.exit_code == 0) return "accepted";
  if (result.exit_code >= 124) return "ended by a signal, " + std::to_string(result.exit_code);
  if (lines < 1 || lines > 20 || result.err.size() > 4096) return "not a short message";
  if (result.err.find("error: ") == std::string::npos) return "no \"error: \"";
  for (const char* word : {"terminate called", "runtime error:", "AddressSanitizer", "bad_alloc"}) {
    if (result.err.find(word) != std::string::npos) return std::string("says ") + word;
  }
  return result.err.find(name) == std::string::npos ? "does not name " + name : "";
}

}  // namespace fovea::test
