// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/runtime/cuda_error.h>

namespace fovea::cuda {
namespace {

// "cuda:0, NVIDIA H100 (sm_90): "; nothing when the device does not say.
std::string device_text() {
  int device = 0;
  cudaDeviceProp properties;
  if (cudaGetDevice(&device) != cudaSuccess ||
      cudaGetDeviceProperties(&properties, device) != cudaSuccess) {
    return "";
  }
  return "cuda:" + std::to_string(device) + ", " + properties.name + " (sm_" +
         std::to_string(properties.major * 10 + properties.minor) + "): ";
}

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string old_driver() {
  int driver = 0, toolkit = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&toolkit);
  return "the NVIDIA driver serves CUDA " + version_text(driver) + ", this program needs " +
         version_text(toolkit) + "; install a newer driver, or use the device \"cpu\"";
}

std::string explanation(cudaError_t error) {
  switch (error) {
    case cudaErrorNoDevice:
      return "there is no CUDA device, or CUDA_VISIBLE_DEVICES hides it; use the device \"cpu\"";
    case cudaErrorInsufficientDriver: {
      int driver = 0;
      if (cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0) return old_driver();
      return "there is no NVIDIA driver; install one, or use the device \"cpu\"";
    }
    case cudaErrorNoKernelImageForDevice:
      return device_text() + "this program has code for " + architectures() +
             " only; build it for this GPU, or use the device \"cpu\"";
    default:
      return device_text() + cudaGetErrorString(error) + " (" + cudaGetErrorName(error) + ")";
  }
}

}  // namespace

std::string architectures() { return FOVEA_CUDA_ARCHITECTURES; }

void throw_device_error(cudaError_t error, const std::string& attempt) {
  const std::string what = attempt + ": " + explanation(error);
  cudaGetLastError();
  throw DeviceError(what);
}

}  // namespace fovea::cuda
