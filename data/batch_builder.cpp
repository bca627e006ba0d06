// SPDX-License-Identifier: Apache-2.0
#include "batch_builder.h"

#include <fovea/core/error.h>
#include <fovea/core/random.h>

#include <algorithm>

namespace fovea::detail {

BatchBuilder::BatchBuilder(std::shared_ptr<const Dataset> dataset,
                           const Preprocessing& preprocessing, LoaderOptions options)
    : dataset_(std::move(dataset)),
      options_(std::move(options)),
      normalizer_(preprocessing, dataset_->image()[2]) {
  if (options_.batch_size < 1) {
    throw ArgumentError("loader: batch size " + std::to_string(options_.batch_size) +
                        "; it must be at least 1");
  }
  batches_ = (dataset_->size() + options_.batch_size - 1) / options_.batch_size;
}

BatchSourceInfo BatchBuilder::info() const {
  return {dataset_->size(), dataset_->image(), dataset_->classes(), options_.batch_size};
}

int64_t BatchBuilder::rows(int64_t index) const {
  return std::min(options_.batch_size, dataset_->size() - index * options_.batch_size);
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
  batch.resize(rows(position.index), dataset_->image());
  batch.epoch = position.epoch;
  batch.index = position.index;
}

void BatchBuilder::fill(Batch& batch, int64_t begin, int64_t end, Image& scratch) const {
  float* images = batch.images.data<float>();
  int32_t* labels = batch.labels.data<int32_t>();
  const int64_t image_elements = dataset_->image().elements();
  for (int64_t row = begin; row < end; row++) {
    const uint32_t sample = sample_at(batch.epoch, batch.index * options_.batch_size + row);
    batch.samples[static_cast<size_t>(row)] = sample;
    labels[row] = dataset_->label(sample);
    dataset_->read(sample, scratch);
    augment(options_.augment, {options_.seed, batch.epoch, sample}, scratch);
    normalizer_.apply(scratch, images + row * image_elements);
  }
}

uint32_t BatchBuilder::sample_at(uint32_t epoch, int64_t place) const {
  if (!options_.shuffle) return static_cast<uint32_t>(place);
  const RandomStream order(options_.seed, Purpose::shuffle, 0, epoch);
  return static_cast<uint32_t>(
      permute(order, static_cast<uint64_t>(place), static_cast<uint64_t>(dataset_->size())));
}

}  // namespace fovea::detail
