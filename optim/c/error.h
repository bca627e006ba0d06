// SPDX-License-Identifier: Apache-2.0
// From exceptions to fovea_error.
#pragma once

#include <fovea/core/error.h>

#include <fovea.h>

#include <cstdint>
#include <string>

namespace fovea::c {

// Of the exception that is being handled, into `error`, which may be null.
fovea_status describe_exception(fovea_error* error) noexcept;
fovea_status succeed(fovea_error* error) noexcept;

// Runs `body` and tells how it went.
template <class Body>
fovea_status guarded(fovea_error* error, Body&& body) noexcept {
  try {
    body();
  } catch (...) {
    return describe_exception(error);
  }
  return succeed(error);
}

// What `make` returns, or null.
template <class Handle, class Make>
Handle* made(fovea_error* error, Make&& make) noexcept {
  Handle* handle = nullptr;
  guarded(error, [&] { handle = new Handle(make()); });
  return handle;
}

// `pointer` as a reference; throws ArgumentError, naming it, when it is null.
template <class T>
T& wanted(T* pointer, const char* name) {
  if (pointer == nullptr) throw ArgumentError(std::string(name) + " is NULL");
  return *pointer;
}

// A number of pictures; throws ArgumentError when it is none.
inline size_t checked_count(int64_t count) {
  if (count < 0 || count > int64_t{1} << 31)
    throw ArgumentError("count is " + std::to_string(count) + "; 0 to 2^31 wanted");
  return static_cast<size_t>(count);
}

}  // namespace fovea::c
