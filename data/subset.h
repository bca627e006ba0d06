// SPDX-License-Identifier: Apache-2.0
// Some samples of a data set as a data set, and the split into two such.
#pragma once

#include <fovea/data/dataset.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace fovea::detail {

class Subset final : public Dataset {
 public:
  // `samples`: indices in `dataset`.
  Subset(std::shared_ptr<const Dataset> dataset, std::vector<uint32_t> samples);

  int32_t label(int64_t i) const override { return dataset_->label(of(i)); }
  void read(int64_t i, Image& image) const override { dataset_->read(of(i), image); }
  void read_whole(int64_t i, Image& image) const override { dataset_->read_whole(of(i), image); }
  int32_t take(int64_t i, bool whole, Image& image) const override {
    return dataset_->take(of(i), whole, image);
  }
  std::vector<std::string> notes() const override { return dataset_->notes(); }
  std::string name(int64_t i) const override { return dataset_->name(of(i)); }

 private:
  int64_t of(int64_t i) const { return samples_[static_cast<size_t>(i)]; }

  std::shared_ptr<const Dataset> dataset_;
  std::vector<uint32_t> samples_;
};

struct TrainAndVal {
  std::shared_ptr<const Dataset> train, val;
};

// Sets `fraction` of the samples apart to validate on, rounded to the nearest number, and of each
// class that share as near as that allows: a class gets the whole part of its share, and what is
// left goes to those with the largest rest, the first of equals. Which samples of a class is a
// pure function of the seed. Both parts keep the order of the data set. Throws ConfigError when one
// of them would be empty.
TrainAndVal split(const std::shared_ptr<const Dataset>& dataset, double fraction, uint64_t seed);

}  // namespace fovea::detail
