// SPDX-License-Identifier: Apache-2.0
// Which sample stands at which place of an epoch: a pure function of (seed, epoch, place).
#pragma once

#include <fovea/data/dataset.h>
#include <fovea/data/sampling.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace fovea::detail {

struct Draw {
  uint32_t sample = 0;  // in the data set
  uint32_t key = 0;     // unlike that of every other draw of the epoch
};

// shuffle: a permutation of the samples, keyed by the epoch; the key is the sample.
//
// balanced: a permutation of as many draws as there are samples. Draw d is one of class d mod C, of
// the C classes that occur, and the d / C-th of that class in the epoch: the next of a permutation
// of the class's samples, keyed by the epoch and the number of rounds that the class has gone
// through. So no sample comes again before all others of its class came. The key is d.
class SampleOrder {
 public:
  SampleOrder(std::shared_ptr<const Dataset> dataset, Sampling sampling, uint64_t seed);

  Draw at(uint32_t epoch, int64_t place) const;

 private:
  Draw balanced_draw(uint32_t epoch, uint64_t draw) const;

  std::shared_ptr<const Dataset> dataset_;
  Sampling sampling_;
  uint64_t seed_;
  std::vector<std::vector<uint32_t>> members_;  // of each class that occurs; when balanced
};

}  // namespace fovea::detail
