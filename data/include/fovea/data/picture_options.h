// SPDX-License-Identifier: Apache-2.0
// What is made of picture files before anything else.
#pragma once

#include <fovea/data/image_file.h>

#include <cstdint>
#include <optional>

namespace FOVEA_API fovea {

struct PictureOptions {
  int64_t channels = 3;  // 1 or 3
  Exif exif = Exif::ignore;
  // The shorter side becomes so long; then the centre of as many by as many pixels is taken. None:
  // pictures stay as they are.
  std::optional<int64_t> resize;
};

}  // namespace fovea
