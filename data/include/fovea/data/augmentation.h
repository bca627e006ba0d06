// SPDX-License-Identifier: Apache-2.0
// Random changes of training pictures. Each is a pure function of (seed, epoch, sample).
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/image.h>

#include <cstdint>
#include <span>
#include <variant>

namespace FOVEA_API fovea {

// Which picture, at which time.
struct SampleKey {
  uint64_t seed = 1;
  uint32_t epoch = 0, sample = 0;
};

// Mirrors left and right with probability p.
struct HorizontalFlip {
  float p = 0.5f;

  static Fields<HorizontalFlip> fields();
  bool chosen(const SampleKey& key) const;
  void apply(const SampleKey& key, Image& image) const;
};

// One step of the list in the config.
using Augmentation = std::variant<HorizontalFlip>;

// Applies the steps in order.
void augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image);

}  // namespace fovea
