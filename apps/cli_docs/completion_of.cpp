// SPDX-License-Identifier: Apache-2.0
#include "generators.h"

namespace fovea::app {

Completion completion_of(const OptionInfo& option) {
  const std::string& value = option.value;
  if (value == "DIR") return Completion::folder;
  if (value == "FILE" || value == "PATH") return Completion::file;
  // Positional arguments are all files and folders, but for key=value.
  if (value.empty() && !option.names[0].starts_with("-") && option.names[0] != "OVERRIDES")
    return Completion::file;
  return Completion::nothing;
}

}  // namespace fovea::app
