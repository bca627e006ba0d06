// SPDX-License-Identifier: Apache-2.0
// What a config may hold, from its declared fields: as a JSON Schema, for editors, and as a list of
// paths, for overrides.
#pragma once

#include <fovea/core/config_type.h>

#include <string>
#include <vector>

namespace FOVEA_API fovea {

// A JSON Schema (draft 7) of documents of type `root`, an object; "$schema" may stand in them. It
// knows everything that can be said of one field; checks across fields are the reader's.
std::string json_schema(const ConfigType& root);

// The dotted paths of all fields that a document may have ("train.optimizer.lr"), but for those
// inside lists.
std::vector<std::string> field_paths(const ConfigType& root);

}  // namespace fovea
