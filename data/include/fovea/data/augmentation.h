// SPDX-License-Identifier: Apache-2.0
// Changes of pictures before they are normalised, most of them random. Each is a pure function of
// (seed, epoch, sample).
#pragma once

#include <fovea/data/crop.h>
#include <fovea/data/flip.h>

#include <optional>
#include <span>
#include <variant>

namespace FOVEA_API fovea {

// One step of the list in the config.
using Augmentation = std::variant<HorizontalFlip, RandomCrop, CenterCrop>;

// Applies the steps in order. `spare` lends its memory; what it then holds is of no use.
void augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image, Image& spare);

// The size of pictures after the steps. Throws ConfigError when a crop does not fit.
ImageSize augmented_size(std::span<const Augmentation> steps, ImageSize image);

// What evaluation makes of the steps: the centre, in place of a random crop. None without a crop:
// pictures are then taken whole.
std::optional<CenterCrop> evaluation_crop(std::span<const Augmentation> steps);

}  // namespace fovea
