// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/runtime/device_runtime.h>

namespace fovea {

const DeviceRuntime& runtime_of(Device device) {
  if (device.is_cpu()) return host_runtime();
  if (const DeviceRuntime* runtime = cuda_runtime()) return *runtime;
  throw DeviceError("device " + device.to_string() +
                    ": this program was built without CUDA; configure it with -D FOVEA_CUDA=nvcc "
                    "where the CUDA toolkit is, or use the device \"cpu\"");
}

void copy_bytes(Device to_device, void* to, Device from_device, const void* from, size_t bytes) {
  if (bytes == 0) return;
  const Device device = to_device.is_cpu() ? from_device : to_device;
  runtime_of(device).copy(to_device, to, from_device, from, bytes);
}

}  // namespace fovea
