// SPDX-License-Identifier: Apache-2.0
// The message of an expected error, to look into.
#pragma once

#include <string>

namespace fovea::test {

// Calls f, which must throw an E, and gives its message; "nothing was thrown" when it does not.
template <class E, class F>
std::string error_message(F&& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace fovea::test
