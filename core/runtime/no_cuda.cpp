// SPDX-License-Identifier: Apache-2.0
// Taken from the library only where no CUDA backend is linked, which defines the same.
#include <fovea/core/runtime/device_runtime.h>

namespace fovea {

const DeviceRuntime* cuda_runtime() { return nullptr; }

}  // namespace fovea
