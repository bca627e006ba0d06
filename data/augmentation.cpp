// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/augmentation.h>

namespace fovea {

namespace {

// What each kind of step does, is to the size, and is in evaluation.
void apply(const HorizontalFlip& flip, const SampleKey& key, Image& image, Image&) {
  flip.apply(key, image);
}
void apply(const RandomCrop& crop, const SampleKey& key, Image& image, Image& spare) {
  crop.apply(key, image, spare);
}
void apply(const CenterCrop& crop, const SampleKey&, Image& image, Image& spare) {
  crop.apply(image, spare);
}

ImageSize size_after(const HorizontalFlip&, ImageSize image) { return image; }
ImageSize size_after(const RandomCrop& crop, ImageSize image) {
  crop.check(image);
  return crop.size;
}
ImageSize size_after(const CenterCrop& crop, ImageSize) { return crop.size; }

std::optional<CenterCrop> in_evaluation(const HorizontalFlip&) { return std::nullopt; }
std::optional<CenterCrop> in_evaluation(const RandomCrop& crop) {
  return CenterCrop{crop.size, crop.fill};
}
std::optional<CenterCrop> in_evaluation(const CenterCrop& crop) { return crop; }

}  // namespace

void augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image,
             Image& spare) {
  for (const Augmentation& step : steps) {
    std::visit([&](const auto& s) { apply(s, key, image, spare); }, step);
  }
}

ImageSize augmented_size(std::span<const Augmentation> steps, ImageSize image) {
  for (const Augmentation& step : steps) {
    image = std::visit([&](const auto& s) { return size_after(s, image); }, step);
  }
  return image;
}

std::optional<CenterCrop> evaluation_crop(std::span<const Augmentation> steps) {
  std::optional<CenterCrop> crop;
  for (const Augmentation& step : steps) {
    const auto found = std::visit([](const auto& s) { return in_evaluation(s); }, step);
    if (found) crop = found;
  }
  return crop;
}

}  // namespace fovea
