// SPDX-License-Identifier: Apache-2.0
// The metadata of model files, to and from JSON text.
#pragma once

#include <fovea/optim/checkpoint.h>

namespace fovea {

SafetensorsMetadata metadata_of(const ModelInfo& info);
// Throws DataError when the file has no readable description of a model.
ModelInfo info_of(const SafetensorsFile& file);

std::string position_to_json(const TrainPosition& position);
// Throws DataError when the file has none.
TrainPosition position_of(const SafetensorsFile& file);

}  // namespace fovea
