// SPDX-License-Identifier: Apache-2.0
#include "subset.h"

#include "class_members.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/random.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fovea::detail {

namespace {

int64_t count_to_validate(int64_t samples, double fraction) {
  const auto count = std::llround(static_cast<double>(samples) * fraction);
  if (count > 0 && count < samples) return count;
  throw ConfigError("data.val_fraction is " + JsonWriter().value(fraction).str() + ": of " +
                    std::to_string(samples) + " samples it leaves none to " +
                    (count > 0 ? "train on" : "validate on"));
}

// How many of each class.
std::vector<int64_t> quotas(const std::vector<int64_t>& sizes, int64_t samples, int64_t count) {
  std::vector<int64_t> quotas(sizes.size()), rests(sizes.size());
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t c = 0; c < sizes.size(); c++) {
    const uint64_t share = static_cast<uint64_t>(sizes[c]) * static_cast<uint64_t>(count);
    quotas[c] = static_cast<int64_t>(share / static_cast<uint64_t>(samples));
    rests[c] = static_cast<int64_t>(share % static_cast<uint64_t>(samples));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return rests[a] > rests[b]; });
  const int64_t given = std::accumulate(quotas.begin(), quotas.end(), int64_t{0});
  for (size_t i = 0; i < static_cast<size_t>(count - given); i++) quotas[order[i]]++;
  return quotas;
}

}  // namespace

Subset::Subset(std::shared_ptr<const Dataset> dataset, std::vector<uint32_t> samples)
    : Dataset(static_cast<int64_t>(samples.size()), dataset->image(), dataset->classes()),
      dataset_(std::move(dataset)),
      samples_(std::move(samples)) {}

TrainAndVal split(const std::shared_ptr<const Dataset>& dataset, double fraction, uint64_t seed) {
  const int64_t samples = dataset->size(), count = count_to_validate(samples, fraction);
  const auto members = class_members(*dataset);
  const std::vector<int64_t> quota = quotas(class_sizes(*dataset), samples, count);
  std::vector<uint32_t> train, val;
  for (size_t c = 0; c < members.size(); c++) {
    const RandomStream order(seed, Purpose::split, static_cast<uint32_t>(c));
    for (size_t i = 0; i < members[c].size(); i++) {
      const bool apart = static_cast<int64_t>(i) < quota[c];
      (apart ? val : train).push_back(members[c][permute(order, i, members[c].size())]);
    }
  }
  std::sort(train.begin(), train.end());
  std::sort(val.begin(), val.end());
  return {std::make_shared<Subset>(dataset, std::move(train)),
          std::make_shared<Subset>(dataset, std::move(val))};
}

}  // namespace fovea::detail
