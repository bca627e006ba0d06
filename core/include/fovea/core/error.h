// SPDX-License-Identifier: Apache-2.0
// Typed errors. Each message says what failed, where, and what to do; the library never aborts,
// exits or prints.
#pragma once

#include <fovea/core/export.h>

#include <stdexcept>
#include <string>

namespace FOVEA_API fovea {

// Base of all errors that fovea throws.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The caller's mistake in code: shapes that do not fit, an argument out of range, a wrong data
// type.
class ArgumentError : public Error {
 public:
  using Error::Error;
};

// The user's mistake in a config or on the command line; what() may hold several lines, one per
// mistake.
class ConfigError : public Error {
 public:
  using Error::Error;
};

// Input data or a model file is missing, damaged or of another kind; the message names the file.
class DataError : public Error {
 public:
  using Error::Error;
};

// The operating system refused: reading, writing, memory. The message names the path and the
// system's reason.
class SystemError : public Error {
 public:
  using Error::Error;
};

// A GPU is not there, cannot be used by this program, or failed; the message names it and what to
// do.
class DeviceError : public Error {
 public:
  using Error::Error;
};

// The loss or a gradient is no longer finite.
class DivergedError : public Error {
 public:
  using Error::Error;
};

}  // namespace fovea
