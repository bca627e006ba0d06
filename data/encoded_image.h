// SPDX-License-Identifier: Apache-2.0
// A picture file in memory, and what its decoders share.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace fovea::detail {

// Larger files are refused.
inline constexpr uint64_t kMaxPictureBytes = uint64_t{1} << 30;

struct EncodedImage {
  std::span<const uint8_t> bytes;
  const std::string& name;  // of the file, for messages

  // Throws a DataError that begins with the name.
  [[noreturn]] void fail(const std::string& what) const;
  // Throws DataError unless the sides and their product are within the limits of image_file.h.
  void check_size(int64_t width, int64_t height) const;
};

}  // namespace fovea::detail
