// SPDX-License-Identifier: Apache-2.0
// What the program's exit codes mean. A run stopped by a signal exits with 128 and its number.
#pragma once

#include <string>

namespace fovea::app {

enum ExitCode : int {
  kDone = 0,
  kFailed = 1,    // the system refused, or a bug
  kUsage = 2,     // wrong command line or config
  kBadData = 3,   // a data set or model is missing, damaged or does not fit
  kDiverged = 4,  // loss or gradient not finite
};

// "error: ...": the line that tells of an error by its what().
std::string error_line(const std::string& what);

// Of the exception that is being handled; describes it on standard error.
int report_exception() noexcept;

}  // namespace fovea::app
