// SPDX-License-Identifier: Apache-2.0
// In which order, and how often, an epoch takes the samples of a data set.
#pragma once

#include <fovea/core/config_value.h>

#include <cstdint>

namespace FOVEA_API fovea {

enum class Sampling : uint8_t {
  in_order,  // each sample once, as they stand
  shuffle,   // each sample once, in a new order in each epoch
  balanced   // as many samples as there are, each class as often as the others (but for one)
};

// The ones to train with, as configs name them.
template <>
inline constexpr auto kEnumNames<Sampling> = std::to_array<EnumName<Sampling>>(
    {{"shuffle", Sampling::shuffle}, {"balanced", Sampling::balanced}});

}  // namespace fovea
