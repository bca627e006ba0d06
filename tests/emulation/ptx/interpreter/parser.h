// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "module.h"

#include <string>
#include <string_view>

namespace ptx {

// Reads what nvcc writes for a file of kernels. Functions that are called, and variables in global
// or constant memory, are errors that say so.
Module parse(std::string_view text);

Module parse_file(const std::string& path);

}  // namespace ptx
