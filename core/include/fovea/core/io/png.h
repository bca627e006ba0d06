// SPDX-License-Identifier: Apache-2.0
// Writes PNG pictures.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <span>
#include <string>

namespace FOVEA_API fovea {

// The bytes of a PNG file. pixels: height x width x channels, 8 bits, rows from the top; channels
// is 1 (gray), 3 (RGB) or 4 (RGBA). Throws ArgumentError for other sizes.
std::string encode_png(std::span<const uint8_t> pixels, int64_t height, int64_t width,
                       int64_t channels);

}  // namespace fovea
