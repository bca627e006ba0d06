// SPDX-License-Identifier: Apache-2.0
// Changes of pictures before they are normalised, most of them random. Each is a pure function of
// (seed, epoch, sample), or of (seed, epoch, chunk of places) where it is shared.
#pragma once

#include <fovea/data/color_jitter.h>
#include <fovea/data/crop.h>
#include <fovea/data/flip.h>
#include <fovea/data/pca_color.h>
#include <fovea/data/random_resized_crop.h>

#include <optional>
#include <span>
#include <variant>

namespace FOVEA_API fovea {

// One step of the list in the config.
using Augmentation =
    std::variant<HorizontalFlip, RandomCrop, CenterCrop, RandomResizedCrop, ColorJitter, PcaColor>;

// Whether it gives pictures their size.
bool is_crop(const Augmentation& step);
// Whether they begin with pictures as they are stored (Dataset::read_whole()).
bool take_whole_pictures(std::span<const Augmentation> steps);

// Applies the steps in order, and says what normalisation has to know of it: lighting takes place
// there. `spare` and `resizer` lend their memory; what they then hold is of no use.
PictureView augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image,
                    Image& spare, Resizer& resizer);
PictureView augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image,
                    Image& spare);

// The size of pictures after the steps. Throws ConfigError when a crop does not fit.
ImageSize augmented_size(std::span<const Augmentation> steps, ImageSize image);

// Throws ConfigError when a step cannot be done to pictures of so many channels.
void check_channels(std::span<const Augmentation> steps, int64_t channels);

// What evaluation makes of the steps: the centre, in place of a random crop. None without a crop:
// pictures are then taken whole.
std::optional<CenterCrop> evaluation_crop(std::span<const Augmentation> steps);

}  // namespace fovea
