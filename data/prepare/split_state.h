// SPDX-License-Identifier: Apache-2.0
// How far the preparation of one split has come: what a killed one goes on from.
#pragma once

#include "prepared_info.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

struct SplitState {
  int64_t next = 0;  // the first picture of the source that no finished shard has
  std::vector<ShardInfo> shards;
  std::vector<SkippedFile> skipped;
  std::string sums;  // PictureSums::save() of the finished shards

  int64_t samples() const;

  static Fields<SplitState> fields();  // all but the sums
};

// In the file "SPLIT.state" of a folder. read gives a new state when there is none, and throws
// DataError when it or a finished shard is damaged.
SplitState read_split_state(const std::string& folder, const std::string& split);
void write_split_state(const std::string& folder, const std::string& split,
                       const SplitState& state);

}  // namespace fovea::detail
