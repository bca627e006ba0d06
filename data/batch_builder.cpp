// SPDX-License-Identifier: Apache-2.0
#include "batch_builder.h"

#include "class_members.h"

#include <fovea/core/error.h>

#include <algorithm>

namespace fovea::detail {

namespace {

Shape shape_after(const LoaderOptions& options, const Shape& picture) {
  const ImageSize size = options.views.empty()
                             ? augmented_size(options.augment, {picture[0], picture[1]})
                             : options.view_size;
  return {size.height, size.width, picture[2]};
}

// The size that pictures have when the steps begin, which the mean image is laid over.
ImageSize size_on_mean(const LoaderOptions& options, const Dataset& dataset) {
  const Shape& image = dataset.image();
  if (take_whole_pictures(options.augment)) return augmented_size(options.augment, {});
  return {image[0], image[1]};
}

void check_mean(std::span<const Augmentation> steps, const Preprocessing& preprocessing) {
  const bool moves = preprocessing.mean_image && preprocessing.mean_crop != MeanCrop::center;
  if (moves && take_whole_pictures(steps)) {
    throw ConfigError(
        "data.augment: what random_resized_crop cuts out has no place on the mean image; "
        "data.mean_crop \"center\" subtracts its centre, data.mean \"per_channel\" one pixel");
  }
}

}  // namespace

BatchBuilder::BatchBuilder(std::shared_ptr<const Dataset> dataset,
                           const Preprocessing& preprocessing, LoaderOptions options)
    : dataset_(std::move(dataset)),
      options_(std::move(options)),
      order_(dataset_, options_.sampling, options_.seed),
      views_(std::max<int64_t>(1, std::ssize(options_.views))),
      image_(shape_after(options_, dataset_->image())),
      normalizer_(preprocessing, dataset_->image()[2], size_on_mean(options_, *dataset_)) {
  check_mean(options_.augment, preprocessing);
  check_views(options_.views, {dataset_->image()[0], dataset_->image()[1]}, options_.view_size);
  check_channels(options_.augment, dataset_->image()[2]);
  if (options_.batch_size < 1) {
    throw ArgumentError("loader: batch size " + std::to_string(options_.batch_size) +
                        "; it must be at least 1");
  }
  if (options_.as_pixels) formula_ = std::make_shared<PixelFormula>(normalizer_.formula());
  batches_ = (dataset_->size() + options_.batch_size - 1) / options_.batch_size;
}

BatchSourceInfo BatchBuilder::info() const {
  return {.samples = dataset_->size(),
          .image = image_,
          .classes = dataset_->classes(),
          .batch_size = options_.batch_size,
          .picture = dataset_->image(),
          .class_sizes = class_sizes(*dataset_),
          .views = views_};
}

const std::string& BatchBuilder::fingerprint() const {
  if (fingerprint_.empty()) fingerprint_ = fovea::fingerprint(*dataset_);
  return fingerprint_;
}

int64_t BatchBuilder::rows(int64_t index) const {
  const int64_t first = index * options_.batch_size;
  return std::min(options_.batch_size, dataset_->size() - first) * views_;
}

BatchPosition BatchBuilder::after(const BatchPosition& position) const {
  if (position.index + 1 < batches_) return {position.epoch, position.index + 1};
  return {position.epoch + 1, 0};
}

void BatchBuilder::check(const BatchPosition& position) const {
  if (position.index >= 0 && position.index < batches_) return;
  throw ArgumentError("loader: batch " + std::to_string(position.index) + " of epoch " +
                      std::to_string(position.epoch) + "; an epoch has batches 0 to " +
                      std::to_string(batches_ - 1));
}

void BatchBuilder::begin(const BatchPosition& position, Batch& batch) const {
  batch.resize(rows(position.index), image_, formula_ ? DType::u8 : DType::f32);
  batch.formula = formula_;
  batch.epoch = position.epoch;
  batch.index = position.index;
}

void BatchBuilder::reserve(SampleScratch& scratch) const {
  const Shape& picture = dataset_->image();
  scratch.resize(std::max(picture[0], image_[0]), std::max(picture[1], image_[1]), picture[2]);
}

void BatchBuilder::fill(Batch& batch, int64_t begin, int64_t end, SampleScratch& scratch) const {
  int32_t label = 0;
  for (int64_t row = begin; row < end; row++) {
    const int64_t place = batch.index * options_.batch_size + row / views_;
    const auto [sample, key] = order_.at(batch.epoch, place);
    batch.samples[static_cast<size_t>(row)] = sample;
    batch.keys[static_cast<size_t>(row)] = key;
    if (!reads(row / views_, batch.size() / views_)) {
      batch.labels.data<int32_t>()[row] = dataset_->label(sample);
      continue;
    }
    if (row == begin || row % views_ == 0) {
      const bool whole = take_whole_pictures(options_.augment);
      label = dataset_->take(sample, whole, scratch.image);
    }
    batch.labels.data<int32_t>()[row] = label;
    if (options_.views.empty()) {
      const SampleKey sample_key{options_.seed, batch.epoch, key, static_cast<uint32_t>(place)};
      put(scratch.image,
          augment(options_.augment, sample_key, scratch.image, scratch.spare, scratch.resizer), row,
          batch);
    } else {
      const CropView& view = options_.views[static_cast<size_t>(row % views_)];
      const PictureView seen = take_view(scratch.image, view, options_.view_size, scratch.spare);
      put(scratch.spare, seen, row, batch);
    }
  }
}

bool BatchBuilder::reads(int64_t sample, int64_t samples) const {
  const RowShare& share = options_.share;
  return dataset_->picture_tells_label() ||
         (sample >= share.begin(samples) && sample < share.end(samples));
}

void BatchBuilder::put(const Image& image, const PictureView& view, int64_t row,
                       Batch& batch) const {
  const int64_t elements = image_.elements();
  if (!formula_) return normalizer_.apply(image, view, batch.images.data<float>() + row * elements);
  std::ranges::copy(image.pixels, batch.images.data<uint8_t>() + row * elements);
  normalizer_.write_view(view, {image_[0], image_[1]},
                         batch.views.data<int32_t>() + row * kViewWords);
}

}  // namespace fovea::detail
