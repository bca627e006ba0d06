// SPDX-License-Identifier: Apache-2.0
// What the other end of a file descriptor can show.
#pragma once

#include <fovea/core/export.h>

namespace FOVEA_API fovea {

struct Terminal {
  bool interactive = false;  // a terminal that redraws a line; else plain lines are wanted
  bool color = false;        // and NO_COLOR is not set
  bool unicode = false;      // the locale's encoding is UTF-8
  int width = 80;            // columns

  // Asks the system and the environment (TERM, NO_COLOR, LC_ALL, LC_CTYPE, LANG).
  static Terminal of(int descriptor);
};

}  // namespace fovea
