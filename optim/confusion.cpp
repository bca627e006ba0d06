// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/confusion.h>

#include <algorithm>

namespace fovea {

namespace {

double ratio(int64_t part, int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);  // 0 / 0 is NaN
}

}  // namespace

double ConfusionMatrix::ClassScore::precision() const { return ratio(right, predicted); }
double ConfusionMatrix::ClassScore::recall() const { return ratio(right, support); }
double ConfusionMatrix::ClassScore::f1() const { return ratio(2 * right, support + predicted); }

ConfusionMatrix::ClassScore ConfusionMatrix::score(int64_t c) const {
  ClassScore score;
  score.right = count(c, c);
  for (int64_t other = 0; other < classes_; other++) {
    score.support += count(c, other);
    score.predicted += count(other, c);
  }
  return score;
}

std::vector<ConfusionMatrix::Pair> ConfusionMatrix::worst_pairs(size_t most) const {
  std::vector<Pair> pairs;
  for (int64_t truth = 0; truth < classes_; truth++) {
    for (int64_t predicted = 0; predicted < classes_; predicted++) {
      const int64_t n = count(truth, predicted);
      if (truth != predicted && n > 0) pairs.push_back({truth, predicted, n});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.count > b.count; });
  if (pairs.size() > most) pairs.resize(most);
  return pairs;
}

}  // namespace fovea
