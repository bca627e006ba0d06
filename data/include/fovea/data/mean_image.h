// SPDX-License-Identifier: Apache-2.0
// The mean of a data set's pictures, pixel by pixel.
#pragma once

#include <fovea/core/config_value.h>
#include <fovea/data/image_size.h>

#include <cstdint>
#include <vector>

namespace FOVEA_API fovea {

// Which part of the mean image is subtracted from a crop.
enum class MeanCrop : uint8_t {
  same,   // where the crop lies, mirrored with it: as if subtracted before cropping
  center  // always its centre, as in the authors' program of 2012
};

template <>
inline constexpr auto kEnumNames<MeanCrop> =
    std::to_array<EnumName<MeanCrop>>({{"same", MeanCrop::same}, {"center", MeanCrop::center}});

struct MeanImage {
  ImageSize size;
  int64_t channels = 3;
  std::vector<float> values;  // (height, width, channels), on the scale 0..255

  friend bool operator==(const MeanImage&, const MeanImage&) = default;
};

}  // namespace fovea
