// SPDX-License-Identifier: Apache-2.0
#include "sample_order.h"

#include "class_members.h"

#include <fovea/core/random.h>

namespace fovea::detail {

SampleOrder::SampleOrder(std::shared_ptr<const Dataset> dataset, Sampling sampling, uint64_t seed)
    : dataset_(std::move(dataset)), sampling_(sampling), seed_(seed) {
  if (sampling_ != Sampling::balanced) return;
  members_ = class_members(*dataset_);
  std::erase_if(members_, [](const auto& members) { return members.empty(); });
}

Draw SampleOrder::at(uint32_t epoch, int64_t place) const {
  if (sampling_ == Sampling::in_order)
    return {static_cast<uint32_t>(place), static_cast<uint32_t>(place)};
  const RandomStream order(seed_, Purpose::shuffle, 0, epoch);
  const uint64_t draw =
      permute(order, static_cast<uint64_t>(place), static_cast<uint64_t>(dataset_->size()));
  if (sampling_ == Sampling::balanced) return balanced_draw(epoch, draw);
  return {static_cast<uint32_t>(draw), static_cast<uint32_t>(draw)};
}

Draw SampleOrder::balanced_draw(uint32_t epoch, uint64_t draw) const {
  const uint64_t which = draw % members_.size(), turn = draw / members_.size();
  const std::vector<uint32_t>& members = members_[which];
  const RandomStream order(seed_, Purpose::shuffle, static_cast<uint32_t>(1 + which), epoch,
                           static_cast<uint32_t>(turn / members.size()));
  return {members[permute(order, turn % members.size(), members.size())],
          static_cast<uint32_t>(draw)};
}

}  // namespace fovea::detail
