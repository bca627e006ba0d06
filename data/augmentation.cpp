// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/data/augmentation.h>

namespace fovea {

namespace {

// A picture on its way.
struct Work {
  Image& image;
  Image& spare;
  Resizer& resizer;
  PictureView view;
};

// What each kind of step does, is to the size, and is in evaluation.
void apply(const HorizontalFlip& flip, const SampleKey& key, Work& work) {
  if (flip.apply(key, work.image)) work.view.mirror(work.image.width);
}
void apply(const RandomCrop& crop, const SampleKey& key, Work& work) {
  work.view.crop(crop.apply(key, work.image, work.spare));
}
void apply(const CenterCrop& crop, const SampleKey&, Work& work) {
  work.view.crop(crop.apply(work.image, work.spare));
}
void apply(const RandomResizedCrop& crop, const SampleKey& key, Work& work) {
  crop.apply(key, work.image, work.spare, work.resizer);
}
void apply(const ColorJitter& jitter, const SampleKey& key, Work& work) {
  jitter.apply(key, work.image);
}
void apply(const PcaColor& color, const SampleKey& key, Work& work) {
  if (!color.is_on(key)) return;
  work.view.light = color.light(key);
  work.view.divide = color.divide;
}

template <class Step>
ImageSize size_after(const Step&, ImageSize image) {
  return image;
}
ImageSize size_after(const RandomCrop& crop, ImageSize image) {
  crop.check(image);
  return crop.size;
}
ImageSize size_after(const CenterCrop& crop, ImageSize) { return crop.size; }
ImageSize size_after(const RandomResizedCrop& crop, ImageSize) { return crop.size; }

template <class Step>
std::optional<CenterCrop> in_evaluation(const Step&) {
  return std::nullopt;
}
std::optional<CenterCrop> in_evaluation(const RandomCrop& crop) {
  return CenterCrop{crop.size, crop.fill};
}
std::optional<CenterCrop> in_evaluation(const CenterCrop& crop) { return crop; }
std::optional<CenterCrop> in_evaluation(const RandomResizedCrop& crop) {
  return CenterCrop{crop.size};
}

std::optional<CenterCrop> in_evaluation(const Augmentation& step) {
  return std::visit([](const auto& s) { return in_evaluation(s); }, step);
}

}  // namespace

bool is_crop(const Augmentation& step) { return in_evaluation(step).has_value(); }

bool take_whole_pictures(std::span<const Augmentation> steps) {
  return !steps.empty() && std::holds_alternative<RandomResizedCrop>(steps[0]);
}

PictureView augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image,
                    Image& spare) {
  Resizer resizer;
  return augment(steps, key, image, spare, resizer);
}

PictureView augment(std::span<const Augmentation> steps, const SampleKey& key, Image& image,
                    Image& spare, Resizer& resizer) {
  Work work{image, spare, resizer, {}};
  for (const Augmentation& step : steps)
    std::visit([&](const auto& s) { apply(s, key, work); }, step);
  return work.view;
}

ImageSize augmented_size(std::span<const Augmentation> steps, ImageSize image) {
  for (const Augmentation& step : steps) {
    image = std::visit([&](const auto& s) { return size_after(s, image); }, step);
  }
  return image;
}

void check_channels(std::span<const Augmentation> steps, int64_t channels) {
  const auto fail = [&](const char* step, const char* wanted) {
    throw ConfigError("data.augment: " + std::string(step) + " takes pictures with " + wanted +
                      ", these have " + std::to_string(channels));
  };
  for (const Augmentation& step : steps) {
    if (std::holds_alternative<PcaColor>(step) && channels != 3) fail("pca_color", "3 channels");
    if (std::holds_alternative<ColorJitter>(step) && channels != 1 && channels != 3)
      fail("color_jitter", "1 or 3 channels");
  }
}

std::optional<CenterCrop> evaluation_crop(std::span<const Augmentation> steps) {
  std::optional<CenterCrop> crop;
  for (const Augmentation& step : steps) {
    if (const auto found = in_evaluation(step)) crop = found;
  }
  return crop;
}

}  // namespace fovea
