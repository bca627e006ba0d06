// SPDX-License-Identifier: Apache-2.0
// Whether files of a prepared folder are what its dataset.json says.
#pragma once

#include "prepared_info.h"

#include <cstdint>
#include <functional>
#include <string>

namespace fovea::detail {

// The index of a split's samples against its checksum. Throws DataError.
void check_index_file(const std::string& folder, const PreparedSplit& split);

// Shard number `shard`: its checksum, its samples against both indices. `found` gets each thing
// that is wrong; throws DataError when no more can be told.
void check_shard(const std::string& folder, const PreparedSplit& split, int64_t shard,
                 const std::function<void(const std::string&)>& found);

}  // namespace fovea::detail
