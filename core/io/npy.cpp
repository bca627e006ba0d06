// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/io/npy.h>
#include <fovea/core/io/protobuf_writer.h>

#include <bit>

namespace fovea {

namespace {

// "2, 3", without the comma behind a single one.
std::string extents_text(std::span<const int64_t> shape) {
  std::string text;
  for (const int64_t extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return text;
}

}  // namespace

std::string npy_header(std::span<const int64_t> shape) {
  const std::string extents = extents_text(shape) + (shape.size() == 1 ? "," : "");
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + extents + "), }";
  constexpr size_t kStart = 10, kAlignment = 64;
  header.append(kAlignment - 1 - (kStart + header.size()) % kAlignment, ' ');
  header += '\n';
  return std::string("\x93NUMPY\1\0", 8) + little_endian(static_cast<uint16_t>(header.size())) +
         header;
}

std::string encode_npy(std::span<const float> values, std::span<const int64_t> shape) {
  static_assert(std::endian::native == std::endian::little);
  int64_t elements = 1;
  for (const int64_t extent : shape) elements *= extent;
  if (elements != static_cast<int64_t>(values.size())) {
    throw ArgumentError("npy: " + std::to_string(values.size()) + " values for a shape of (" +
                        extents_text(shape) + ")");
  }
  return npy_header(shape).append(reinterpret_cast<const char*>(values.data()),
                                  values.size_bytes());
}

}  // namespace fovea
