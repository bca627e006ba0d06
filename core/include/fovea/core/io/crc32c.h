// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli): the checksum of TFRecord and TensorBoard files.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <string_view>

namespace FOVEA_API fovea {

uint32_t crc32c(std::string_view bytes);

// What TFRecord files store, so that a checksum of data with checksums in it stays a good one.
uint32_t masked_crc32c(std::string_view bytes);

}  // namespace fovea
