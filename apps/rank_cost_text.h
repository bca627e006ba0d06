// SPDX-License-Identifier: Apache-2.0
// What a training step costs one of several ranks, as a table or as JSON.
#pragma once

#include <fovea/core/json_writer.h>
#include <fovea/optim/rank_cost.h>

#include <string>

namespace fovea::app {

struct RanksAsked {
  int ranks = 1;
  Placement placement = Placement::data;
  std::string placement_name;
  int64_t batch = 1;
};

std::string rank_cost_as_text(const RankCost& cost, const RanksAsked& asked);
// An object, into which a key has been written already.
void write_rank_cost(JsonWriter& json, const RankCost& cost, const RanksAsked& asked);

}  // namespace fovea::app
