// SPDX-License-Identifier: Apache-2.0
// The index of a prepared folder's samples, as it lies in a file: 32 bytes for each, least
// significant byte first.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <type_traits>

namespace fovea::detail {

struct IndexEntry {
  uint64_t offset = 0;  // of the picture's bytes in its shard
  uint32_t size = 0;
  uint32_t shard = 0;
  int32_t label = 0;
  uint32_t crc32c = 0;  // of the picture's bytes
  uint16_t width = 0, height = 0;
  uint32_t zero = 0;
};

static_assert(sizeof(IndexEntry) == 32 && std::is_trivially_copyable_v<IndexEntry>);
static_assert(std::endian::native == std::endian::little);

// The start of a picture that is stored as raw pixels, PGM or PPM; they follow.
inline std::string pnm_header(int64_t height, int64_t width, int64_t channels) {
  return (channels == 1 ? "P5\n" : "P6\n") + std::to_string(width) + " " + std::to_string(height) +
         "\n255\n";
}

}  // namespace fovea::detail
