// SPDX-License-Identifier: Apache-2.0
// What is made of picture files before anything else.
#pragma once

#include <fovea/data/image_file.h>

#include <cstdint>
#include <optional>

namespace FOVEA_API fovea {

// What becomes of pictures that cannot be read.
enum class BadFiles : uint8_t {
  error,  // the first one ends the run
  skip    // the next one that can be read stands in, picture and label
};

template <>
inline constexpr auto kEnumNames<BadFiles> =
    std::to_array<EnumName<BadFiles>>({{"error", BadFiles::error}, {"skip", BadFiles::skip}});

struct PictureOptions {
  int64_t channels = 3;  // 1 or 3
  Exif exif = Exif::ignore;
  // The shorter side becomes so long; then the centre of as many by as many pixels is taken. None:
  // pictures stay as they are.
  std::optional<int64_t> resize = {};
  BadFiles bad_files = BadFiles::error;
};

}  // namespace fovea
