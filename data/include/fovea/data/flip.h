// SPDX-License-Identifier: Apache-2.0
// Mirrors pictures at random.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/image.h>
#include <fovea/data/sample_key.h>

namespace FOVEA_API fovea {

// Exchanges left and right.
void mirror(Image& image);

// Mirrors left and right with probability p.
struct HorizontalFlip {
  float p = 0.5f;
  int64_t shared_by = 1;  // one draw for so many places of the epoch's order

  static Fields<HorizontalFlip> fields();
  bool chosen(const SampleKey& key) const;
  bool apply(const SampleKey& key, Image& image) const;  // whether it did
};

}  // namespace fovea
