// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/io/npy.h>
#include <fovea/core/io/protobuf_writer.h>

#include <bit>

namespace fovea {

std::string encode_npy(std::span<const float> values, std::span<const int64_t> shape) {
  static_assert(std::endian::native == std::endian::little);
  int64_t elements = 1;
  std::string extents;
  for (const int64_t extent : shape) {
    elements *= extent;
    extents += (extents.empty() ? "" : ", ") + std::to_string(extent);
  }
  if (elements != static_cast<int64_t>(values.size())) {
    throw ArgumentError("npy: " + std::to_string(values.size()) + " values for a shape of (" +
                        extents + ")");
  }
  if (shape.size() == 1) extents += ",";
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + extents + "), }";
  constexpr size_t kStart = 10, kAlignment = 64;
  header.append(kAlignment - 1 - (kStart + header.size()) % kAlignment, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\1\0", 8);
  bytes += little_endian(static_cast<uint16_t>(header.size())) + header;
  return bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

}  // namespace fovea
