// SPDX-License-Identifier: Apache-2.0
// Makes the bytes of small data files.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace fovea::test {

inline std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

// Byte i of the pixels of idx3().
inline uint8_t idx_pixel(int64_t i) { return static_cast<uint8_t>(i * 7 + i / 784); }

inline std::string idx3_header(uint32_t n, uint32_t h, uint32_t w, uint32_t magic = 0x803) {
  return big_endian(magic) + big_endian(n) + big_endian(h) + big_endian(w);
}

inline std::string idx3(uint32_t n, uint32_t h = 28, uint32_t w = 28, uint32_t magic = 0x803) {
  std::string bytes = idx3_header(n, h, w, magic);
  for (int64_t i = 0; i < int64_t{n} * h * w; i++) bytes += static_cast<char>(idx_pixel(i));
  return bytes;
}

// Labels 0, 1, ... 9, 0, ...
inline std::string idx1(uint32_t n, uint32_t magic = 0x801) {
  std::string bytes = big_endian(magic) + big_endian(n);
  for (uint32_t i = 0; i < n; i++) bytes += static_cast<char>(i % 10);
  return bytes;
}

inline std::string gzip(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string packed(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return packed;
}

}  // namespace fovea::test
