// SPDX-License-Identifier: Apache-2.0
// What the random changes of a picture are a function of.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>

namespace FOVEA_API fovea {

// Which picture, at which time.
struct SampleKey {
  uint64_t seed = 1;
  uint32_t epoch = 0, sample = 0;
};

}  // namespace fovea
