// SPDX-License-Identifier: Apache-2.0
// A net that starts from the weights of another one.
#pragma once

#include <fovea/core/io/safetensors.h>
#include <fovea/layers/net.h>

#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Names of parameters and tensors, in the order of the net and of the file.
struct TakenWeights {
  std::vector<std::string> taken;   // now hold the file's values
  std::vector<std::string> fresh;   // hold their first values: not in the file, or asked for
  std::vector<std::string> unused;  // in the file, but in no parameter
};

// Takes each parameter that the file has under its name. The layers in `afresh` keep their first
// values. Throws DataError, with both shapes, when a tensor of the name has another shape or type,
// and when the file has nothing for this net; ConfigError when `afresh` names a layer without
// parameters. The net is then as it was.
TakenWeights take_weights(const SafetensorsFile& file, Net& net,
                          std::span<const std::string> afresh = {});

}  // namespace fovea
