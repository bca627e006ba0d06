// SPDX-License-Identifier: Apache-2.0
// A shared library that is opened while the program runs, so that the program starts without it.
#pragma once

#include <fovea/core/error.h>

#include <dlfcn.h>

#include <string>
#include <utility>

namespace fovea::cuda {

// Stays open to the end of the program.
class OpenedLibrary {
 public:
  // `advice`: what to do when a function is missing. Not open where there is none: dlerror() says
  // why.
  OpenedLibrary(std::string name, std::string advice)
      : handle_(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)),
        name_(std::move(name)),
        advice_(std::move(advice)) {}

  bool is_open() const { return handle_ != nullptr; }

  // Throws DeviceError when the library has no such function.
  template <class F>
  void take(F& function, const char* symbol) const {
    function = reinterpret_cast<F>(dlsym(handle_, symbol));
    if (!function) throw DeviceError(name_ + " has no " + symbol + "; " + advice_);
  }

 private:
  void* handle_;
  std::string name_, advice_;
};

}  // namespace fovea::cuda
