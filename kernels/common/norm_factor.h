// SPDX-License-Identifier: Apache-2.0
// What clipping by norm multiplies gradients by, on every device: as torch's clip_grad_norm_.
#pragma once

#include <fovea/core/host_device.h>

#include <cmath>

namespace fovea {

// In double precision, where square roots and divisions are rounded correctly everywhere. Nothing
// is to be done unless it is below 1.
FOVEA_HOST_DEVICE inline double norm_factor(float limit, double squares) {
  return double{limit} / (std::sqrt(squares) + 1e-6);
}

}  // namespace fovea
