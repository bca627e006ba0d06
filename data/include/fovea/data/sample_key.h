// SPDX-License-Identifier: Apache-2.0
// What the random changes of a picture are a function of.
#pragma once

#include <fovea/core/random.h>

#include <cstdint>

namespace FOVEA_API fovea {

// Which picture, at which time.
struct SampleKey {
  uint64_t seed = 1;
  uint32_t epoch = 0, sample = 0;
  uint32_t place = 0;  // in the order of the epoch

  // The random numbers of one purpose: this picture's own, or those that it has in common with the
  // others of its chunk of `shared_by` places, where that is more than 1.
  RandomStream stream(Purpose purpose, int64_t shared_by = 1) const {
    if (shared_by == 1) return {seed, purpose, 0, epoch, sample};
    return {seed, purpose, 1, epoch, static_cast<uint32_t>(place / shared_by)};
  }
};

}  // namespace fovea
