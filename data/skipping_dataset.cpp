// SPDX-License-Identifier: Apache-2.0
#include "skipping_dataset.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <utility>

namespace fovea::detail {

namespace {

int64_t most_bad(int64_t samples) { return std::max<int64_t>(10, samples / 1000); }

}  // namespace

SkippingDataset::SkippingDataset(std::shared_ptr<const Dataset> dataset)
    : Dataset(dataset->size(), dataset->image(), dataset->classes()),
      dataset_(std::move(dataset)) {}

int32_t SkippingDataset::take(int64_t i, bool whole, Image& image) const {
  for (int64_t tries = 0; tries < size(); tries++) {
    const int64_t sample = (i + tries) % size();
    try {
      return dataset_->take(sample, whole, image);
    } catch (const DataError& error) {
      note(sample, error.what());
    }
  }
  const std::lock_guard lock(mutex_);
  throw DataError("none of the " + std::to_string(size()) +
                  " pictures can be read; the first that was tried: " + first_reason_);
}

void SkippingDataset::note(int64_t i, const std::string& reason) const {
  const std::lock_guard lock(mutex_);
  if (!bad_.insert(i).second) return;
  if (bad_.size() == 1) first_reason_ = reason;
  if (std::ssize(bad_) <= most_bad(size())) return;
  throw DataError(std::to_string(bad_.size()) + " of " + std::to_string(size()) +
                  " pictures cannot be read, more than bad_files: \"skip\" passes over; remove "
                  "them, or let fovea prepare leave them out; the last: " +
                  reason);
}

std::vector<std::string> SkippingDataset::notes() const {
  std::vector<std::string> notes = dataset_->notes();
  const std::lock_guard lock(mutex_);
  if (bad_.empty()) return notes;
  notes.push_back(std::to_string(bad_.size()) +
                  (bad_.size() == 1 ? " picture that cannot be read was"
                                    : " pictures that cannot be read were") +
                  " passed over; the first: " + first_reason_);
  return notes;
}

}  // namespace fovea::detail
