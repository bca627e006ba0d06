// SPDX-License-Identifier: Apache-2.0
#include "runtime/device.h"

#include "cuda_runtime_api.h"
#include "execution/visible_devices.h"
#include "memory/allocation.h"
#include "report/emit.h"
#include "runtime/capture.h"
#include "runtime/error_state.h"
#include "runtime/pool.h"
#include "runtime/stream.h"

#include <mutex>
#include <vector>

namespace cuda_emulation {
namespace {

thread_local int device_of_thread = 0;

std::mutex& peer_mutex = *new std::mutex;
bool peers[max_devices][max_devices];

}  // namespace

int current_device() { return device_of_thread; }

int number_in_machine(int device) {
  static const std::vector<int>& visible = *new std::vector<int>(visible_devices(max_devices));
  return std::size_t(device) < visible.size() ? visible[std::size_t(device)] : device;
}

std::string device_uuid(int device) {
  cudaDeviceProp properties;
  if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return "";
  std::string text = "GPU-";
  for (int i = 0; i < 16; i++) {
    constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(properties.uuid.bytes[i]);
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += {digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

bool valid_device(int device) { return device >= 0 && device < configuration().devices; }

bool may_access(int device, int owner) {
  if (device == owner) return true;
  const std::lock_guard<std::mutex> lock(peer_mutex);
  return peers[device][owner];
}

namespace {

cudaError_t set_peer_access(int peer, bool enable) {
  const int device = current_device();
  if (!valid_device(peer) || peer == device) return set_last_error(cudaErrorInvalidDevice);
  const std::lock_guard<std::mutex> lock(peer_mutex);
  if (peers[device][peer] == enable) {
    return set_last_error(enable ? cudaErrorPeerAccessAlreadyEnabled
                                 : cudaErrorPeerAccessNotEnabled);
  }
  peers[device][peer] = enable;
  return cudaSuccess;
}

}  // namespace
}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaGetDeviceCount(int* count) {
  *count = configuration().devices;
  return *count ? cudaSuccess : set_last_error(cudaErrorNoDevice);
}

cudaError_t cudaGetDevice(int* device) {
  *device = device_of_thread;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  if (!valid_device(device)) return set_last_error(cudaErrorInvalidDevice);
  device_of_thread = device;
  return cudaSuccess;
}

cudaError_t cudaSetDeviceFlags(unsigned) { return cudaSuccess; }

cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  *total = configuration().memory_mb << 20;
  *free = *total - bytes_in_use(current_device());
  return cudaSuccess;
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int device, int peer) {
  if (!valid_device(device) || !valid_device(peer)) return set_last_error(cudaErrorInvalidDevice);
  *can = device != peer;
  return cudaSuccess;
}

cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags) {
  if (flags) return set_last_error(cudaErrorInvalidValue);
  return set_peer_access(peer, true);
}

cudaError_t cudaDeviceDisablePeerAccess(int peer) { return set_peer_access(peer, false); }

cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  if (least) *least = 0;
  if (greatest) *greatest = -5;
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
  if (cudaError_t error =
          refuse_while_capturing("cudaDeviceSynchronize", __builtin_return_address(0))) {
    return error;
  }
  wait_for_device(current_device());
  return set_last_error(sticky_error(current_device()));
}

// Frees the device's memory; streams and events stay valid, which no correct program relies on.
cudaError_t cudaDeviceReset() {
  const int device = current_device();
  wait_for_device(device);
  for (const AllocationPtr& allocation : live_allocations()) {
    if (allocation->device == device && allocation->kind == MemoryKind::device) {
      release(allocation->base, __builtin_return_address(0));
      if (allocation->pool) return_to_pool(allocation->pool, allocation->size);
    }
  }
  clear_sticky_error(device);
  cudaGetLastError();
  return cudaSuccess;
}

}  // namespace cuda_emulated
