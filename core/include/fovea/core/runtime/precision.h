// SPDX-License-Identifier: Apache-2.0
// Which precisions a GPU can multiply in.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/device_runtime.h>

namespace FOVEA_API fovea {

// Throws DeviceError where the device's tensor cores do not know the precision: tf32 and bf16 need
// sm_80.
void check_supported(Precision precision, const DeviceProperties& device);

}  // namespace fovea
