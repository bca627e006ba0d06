// SPDX-License-Identifier: Apache-2.0
// cudaMalloc and its kin.
#include "cuda_runtime_api.h"
#include "memory/allocation.h"
#include "report/emit.h"
#include "runtime/capture.h"
#include "runtime/device.h"
#include "runtime/error_state.h"
#include "runtime/pool.h"
#include "runtime/stream.h"

#include <cstring>

namespace cuda_emulation {
namespace {

bool fits(size_t bytes, int device) {
  const size_t limit = configuration().memory_mb << 20, used = bytes_in_use(device);
  return bytes <= limit && used <= limit - bytes;
}

cudaError_t new_memory(void** pointer, size_t bytes, MemoryKind kind, const char* function,
                       const void* caller) {
  if (!pointer) return set_last_error(cudaErrorInvalidValue);
  const int device = current_device();
  if (cudaError_t error = sticky_error(device)) return set_last_error(error);
  if (cudaError_t error = refuse_while_capturing(function, caller)) return error;
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  if (kind == MemoryKind::device && !fits(bytes, device))
    return set_last_error(cudaErrorMemoryAllocation);
  const AllocationPtr allocation = allocate(bytes, device, kind, caller);
  if (!allocation) return set_last_error(cudaErrorMemoryAllocation);
  *pointer = allocation->base;
  return cudaSuccess;
}

cudaError_t free_memory(void* pointer, bool host, const char* function, const void* caller) {
  if (!pointer) return cudaSuccess;
  const AllocationPtr allocation = find_allocation(pointer);
  if (!allocation || allocation->base != pointer) {
    const AllocationPtr freed = find_freed(pointer);
    return report_host_error(
        cudaErrorInvalidValue, freed ? "double_free" : "invalid_free", caller,
        freed ? "%s: %p was freed before" : "%s: %p is not the beginning of an allocation",
        function, pointer);
  }
  if ((allocation->kind == MemoryKind::device) == host) {
    return report_host_error(cudaErrorInvalidValue, "invalid_free", caller, "%s: %p is a %s",
                             function, pointer, describe(*allocation).c_str());
  }
  if (cudaError_t error = refuse_while_capturing(function, caller)) return error;
  wait_for_device(allocation->device);
  release(pointer, caller);
  if (allocation->pool) return_to_pool(allocation->pool, allocation->size);
  return set_last_error(sticky_error(current_device()));
}

}  // namespace
}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaMalloc(void** pointer, size_t bytes) {
  return new_memory(pointer, bytes, MemoryKind::device, "cudaMalloc", __builtin_return_address(0));
}

cudaError_t cudaMallocPitch(void** pointer, size_t* pitch, size_t width, size_t height) {
  if (!pitch) return set_last_error(cudaErrorInvalidValue);
  *pitch = (width + 511) / 512 * 512;
  return new_memory(pointer, *pitch * height, MemoryKind::device, "cudaMallocPitch",
                    __builtin_return_address(0));
}

cudaError_t cudaMallocHost(void** pointer, size_t bytes, unsigned) {
  return new_memory(pointer, bytes, MemoryKind::pinned, "cudaMallocHost",
                    __builtin_return_address(0));
}

cudaError_t cudaHostAlloc(void** pointer, size_t bytes, unsigned) {
  return new_memory(pointer, bytes, MemoryKind::pinned, "cudaHostAlloc",
                    __builtin_return_address(0));
}

cudaError_t cudaMallocManaged(void** pointer, size_t, unsigned) {
  if (pointer) *pointer = nullptr;
  return report_host_error(cudaErrorNotSupported, "unsupported", __builtin_return_address(0),
                           "cudaMallocManaged: managed memory is not emulated");
}

cudaError_t cudaFree(void* pointer) {
  return free_memory(pointer, false, "cudaFree", __builtin_return_address(0));
}

cudaError_t cudaFreeHost(void* pointer) {
  return free_memory(pointer, true, "cudaFreeHost", __builtin_return_address(0));
}

cudaError_t cudaHostRegister(void* pointer, size_t bytes, unsigned) {
  if (!pointer || !bytes) return set_last_error(cudaErrorInvalidValue);
  if (find_allocation(pointer)) return set_last_error(cudaErrorHostMemoryAlreadyRegistered);
  register_host_memory(pointer, bytes, current_device(), __builtin_return_address(0));
  return cudaSuccess;
}

cudaError_t cudaHostUnregister(void* pointer) {
  const AllocationPtr allocation = find_allocation(pointer);
  if (!allocation || allocation->base != pointer || allocation->kind != MemoryKind::registered) {
    return set_last_error(cudaErrorHostMemoryNotRegistered);
  }
  release(pointer, __builtin_return_address(0));
  return cudaSuccess;
}

cudaError_t cudaHostGetDevicePointer(void** device, void* host, unsigned flags) {
  const AllocationPtr allocation = find_allocation(host);
  if (!device || flags || !allocation || allocation->kind == MemoryKind::device)
    return set_last_error(cudaErrorInvalidValue);
  *device = host;
  return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* pointer) {
  if (!attributes) return set_last_error(cudaErrorInvalidValue);
  const AllocationPtr allocation = find_allocation(pointer);
  auto* address = const_cast<void*>(pointer);
  if (!allocation) {
    *attributes = {cudaMemoryTypeUnregistered, -2, nullptr, address};
  } else if (allocation->kind == MemoryKind::device) {
    *attributes = {cudaMemoryTypeDevice, allocation->device, address, nullptr};
  } else {
    *attributes = {cudaMemoryTypeHost, allocation->device, address, address};
  }
  return cudaSuccess;
}

}  // namespace cuda_emulated
