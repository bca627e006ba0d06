// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace fovea::test {

// Sets an environment variable while it lives; none was set before.
class EnvironmentSetting {
 public:
  EnvironmentSetting(const char* name, const char* value) : name_(name) {
    ::setenv(name, value, 1);
  }
  ~EnvironmentSetting() { ::unsetenv(name_); }
  EnvironmentSetting(const EnvironmentSetting&) = delete;
  EnvironmentSetting& operator=(const EnvironmentSetting&) = delete;

 private:
  const char* name_;
};

}  // namespace fovea::test
