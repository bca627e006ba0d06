// SPDX-License-Identifier: Apache-2.0
// Makes any batch of any epoch from a data set: a pure function of (epoch, index).
#pragma once

#include "sample_order.h"

#include <fovea/data/fingerprint.h>
#include <fovea/data/loader.h>
#include <fovea/data/normalizer.h>

namespace fovea::detail {

// Where a batch stands in the endless sequence.
struct BatchPosition {
  uint32_t epoch = 0;
  int64_t index = 0;

  friend bool operator==(const BatchPosition&, const BatchPosition&) = default;
};

// What one thread makes samples in.
struct SampleScratch {
  Image image, spare;
  Resizer resizer;

  void resize(int64_t height, int64_t width, int64_t channels) {
    image.resize(height, width, channels);
    spare.resize(height, width, channels);
  }
};

// Const members may be called by several threads at once, for different rows.
class BatchBuilder {
 public:
  BatchBuilder(std::shared_ptr<const Dataset> dataset, const Preprocessing& preprocessing,
               LoaderOptions options);

  BatchSourceInfo info() const;
  const LoaderOptions& options() const { return options_; }
  // Made once. For one thread at a time.
  const std::string& fingerprint() const;
  std::vector<std::string> notes() const { return dataset_->notes(); }

  int64_t rows(int64_t index) const;  // of batch `index` of an epoch; all views of each sample
  BatchPosition after(const BatchPosition& position) const;
  void check(const BatchPosition& position) const;  // throws ArgumentError when it is outside

  // Makes `scratch` as large as it will have to be.
  void reserve(SampleScratch& scratch) const;
  // Sizes `batch` for the position; fill() then makes rows [begin, end), using `scratch`.
  void begin(const BatchPosition& position, Batch& batch) const;
  void fill(Batch& batch, int64_t begin, int64_t end, SampleScratch& scratch) const;

 private:
  bool reads(int64_t sample, int64_t samples) const;  // this one of the batch's
  void put(const Image& image, const PictureView& view, int64_t row, Batch& batch) const;

  std::shared_ptr<const Dataset> dataset_;
  LoaderOptions options_;
  SampleOrder order_;
  int64_t views_;  // rows of a sample
  Shape image_;    // after the augmentation
  Normalizer normalizer_;
  std::shared_ptr<const PixelFormula> formula_;  // null: pictures are made floats here
  int64_t batches_;
  mutable std::string fingerprint_;  // empty: not asked for yet
};

}  // namespace fovea::detail
