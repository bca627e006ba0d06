// SPDX-License-Identifier: Apache-2.0
// Which classes a model takes for which.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Counts of (true class, predicted class).
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int64_t classes)
      : classes_(classes), counts_(static_cast<size_t>(classes * classes)) {}

  // REQUIRES: both in [0, classes()).
  void add(int64_t truth, int64_t predicted, int64_t count = 1) {
    counts_[index(truth, predicted)] += count;
  }

  int64_t classes() const { return classes_; }
  int64_t count(int64_t truth, int64_t predicted) const { return counts_[index(truth, predicted)]; }

  struct ClassScore {
    int64_t support = 0, predicted = 0, right = 0;  // samples of the class, taken for it, and both

    // Share of what was taken for the class that is of it; of the class that was found; and their
    // harmonic mean. NaN where there is nothing to divide by.
    double precision() const;
    double recall() const;
    double f1() const;
  };
  ClassScore score(int64_t c) const;

  // Classes that are taken for others: the pairs with the largest counts first, then in the order
  // of classes.
  struct Pair {
    int64_t truth = 0, predicted = 0, count = 0;
  };
  std::vector<Pair> worst_pairs(size_t most) const;

 private:
  size_t index(int64_t truth, int64_t predicted) const {
    return static_cast<size_t>(truth * classes_ + predicted);
  }

  int64_t classes_;
  std::vector<int64_t> counts_;
};

// An SVG picture, rows normalised to each class's support: cells with counts and names while they
// can be read, above that a heat map. names[c] is class c's; where it is missing the number stands.
std::string draw_confusion(const ConfusionMatrix& matrix, const std::vector<std::string>& names);

}  // namespace fovea
