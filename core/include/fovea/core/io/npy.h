// SPDX-License-Identifier: Apache-2.0
// Writes numpy's .npy files.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <span>
#include <string>

namespace FOVEA_API fovea {

// What stands before the values, of f32 in C order, in a .npy file (format version 1.0).
std::string npy_header(std::span<const int64_t> shape);
// The bytes of a .npy file (format version 1.0) that holds `values` in C order. Throws
// ArgumentError when the shape has another number of elements.
std::string encode_npy(std::span<const float> values, std::span<const int64_t> shape);

}  // namespace fovea
