// SPDX-License-Identifier: Apache-2.0
// A data set whose pictures may be damaged here and there.
#pragma once

#include <fovea/data/dataset.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace fovea::detail {

// Where a picture cannot be read, the next one that can be stands in for it, the first after the
// last: a function of the files alone. Throws DataError when more than 10 that are more than 0.1 %
// of the samples were found to be bad.
class SkippingDataset final : public Dataset {
 public:
  explicit SkippingDataset(std::shared_ptr<const Dataset> dataset);

  int32_t label(int64_t i) const override { return dataset_->label(i); }
  void read(int64_t i, Image& image) const override { take(i, false, image); }
  void read_whole(int64_t i, Image& image) const override { take(i, true, image); }
  int32_t take(int64_t i, bool whole, Image& image) const override;
  bool picture_tells_label() const override { return true; }
  std::vector<std::string> notes() const override;
  std::string name(int64_t i) const override { return dataset_->name(i); }

 private:
  void note(int64_t i, const std::string& reason) const;

  std::shared_ptr<const Dataset> dataset_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::set<int64_t> bad_;
  mutable std::string first_reason_;
};

}  // namespace fovea::detail
