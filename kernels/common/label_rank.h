// SPDX-License-Identifier: Apache-2.0
// The order of logits that top-k accuracy goes by, on every device.
#pragma once

#include <fovea/core/host_device.h>

#include <cstdint>

namespace fovea {

// Whether class c comes before the label, whose own logit is no NaN.
FOVEA_HOST_DEVICE inline bool is_ahead(float logit, int64_t c, float own, int64_t label) {
  return logit > own || logit != logit || (logit == own && c < label);
}

}  // namespace fovea
