// SPDX-License-Identifier: Apache-2.0
// PNG (ISO/IEC 15948): a signature, then chunks of length, type, data and CRC.
#include <fovea/core/error.h>
#include <fovea/core/io/png.h>

#include <zlib.h>

#include <vector>

namespace fovea {

namespace {

constexpr int64_t kMaxSide = 1 << 20;

std::string big_endian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<uint32_t>(data.size())) + body +
         big_endian(static_cast<uint32_t>(crc));
}

// Each row after the byte of its filter, here none.
std::string filtered(std::span<const uint8_t> pixels, size_t row) {
  std::string rows;
  rows.reserve(pixels.size() + pixels.size() / row);
  for (size_t at = 0; at < pixels.size(); at += row) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(pixels.data()) + at, row);
  }
  return rows;
}

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  const int status =
      compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()), 6);
  if (status != Z_OK) throw SystemError("png: cannot compress; is there no memory?");
  out.resize(size);
  return out;
}

}  // namespace

std::string encode_png(std::span<const uint8_t> pixels, int64_t height, int64_t width,
                       int64_t channels) {
  const bool good = height > 0 && width > 0 && height <= kMaxSide && width <= kMaxSide &&
                    (channels == 1 || channels == 3 || channels == 4) &&
                    pixels.size() == static_cast<size_t>(height * width * channels);
  if (!good) {
    throw ArgumentError("png: " + std::to_string(pixels.size()) + " bytes are no picture of " +
                        std::to_string(height) + "x" + std::to_string(width) + "x" +
                        std::to_string(channels) + "; 1, 3 or 4 channels wanted");
  }
  const char colour_type = channels == 1 ? 0 : channels == 3 ? 2 : 6;
  const std::string header = big_endian(static_cast<uint32_t>(width)) +
                             big_endian(static_cast<uint32_t>(height)) +
                             std::string{8, colour_type, 0, 0, 0};
  const std::string data = deflated(filtered(pixels, static_cast<size_t>(width * channels)));
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", data) + chunk("IEND", "");
}

}  // namespace fovea
