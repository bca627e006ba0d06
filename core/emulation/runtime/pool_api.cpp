// SPDX-License-Identifier: Apache-2.0
// cudaMallocAsync, cudaFreeAsync and memory pools. Memory is taken when the call is made and given
// back when the stream gets to the free; in between, only work ordered after the allocation and
// before the free may use it.
#include "cuda_emulation/configuration.h"
#include "cuda_runtime_api.h"
#include "execution/checker.h"
#include "memory/allocation.h"
#include "report/emit.h"
#include "runtime/capture.h"
#include "runtime/device.h"
#include "runtime/error_state.h"
#include "runtime/pool.h"
#include "runtime/stream.h"

#include <map>
#include <memory>
#include <mutex>

namespace cuda_emulation {
namespace {

using Pool = CUmemPoolHandle_st;

std::mutex& pool_mutex = *new std::mutex;
auto& pools = *new std::map<cudaMemPool_t, std::unique_ptr<Pool>>;
cudaMemPool_t default_pools[max_devices], current_pools[max_devices];

cudaMemPool_t create(int device, uint64_t max_bytes) {
  auto pool = std::make_unique<Pool>();
  pool->device = device;
  pool->max_bytes = max_bytes;
  const cudaMemPool_t handle = pool.get();
  pools.emplace(handle, std::move(pool));
  return handle;
}

cudaMemPool_t default_pool(int device) {
  if (!default_pools[device]) default_pools[device] = create(device, 0);
  return default_pools[device];
}

bool take(Pool& pool, size_t bytes) {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (pool.max_bytes && pool.used + bytes > pool.max_bytes) return false;
  pool.used += bytes;
  pool.used_high = std::max(pool.used_high, pool.used);
  pool.reserved = std::max(pool.reserved, pool.used);
  pool.reserved_high = std::max(pool.reserved_high, pool.reserved);
  return true;
}

cudaError_t malloc_async(void** pointer, size_t bytes, cudaMemPool_t pool, cudaStream_t handle,
                         const ApiCall& call) {
  if (!pointer || !pool) return set_last_error(cudaErrorInvalidValue);
  *pointer = nullptr;
  StreamPtr stream;
  if (cudaError_t error = open_stream(handle, call.function, call.return_address, &stream))
    return error;
  if (cudaError_t error = refuse_if_capturing(stream, call.function, call.return_address))
    return error;
  if (!bytes) return set_last_error(cudaErrorInvalidValue);
  const size_t limit = configuration().memory_mb << 20;
  if (bytes > limit || bytes_in_use(pool->device) > limit - bytes || !take(*pool, bytes)) {
    return set_last_error(cudaErrorMemoryAllocation);
  }
  const AllocationPtr allocation =
      allocate(bytes, pool->device, MemoryKind::device, call.return_address);
  if (!allocation) {
    return_to_pool(pool, bytes);
    return set_last_error(cudaErrorMemoryAllocation);
  }
  allocation->pool = pool;
  *pointer = allocation->base;
  submit(stream, {[allocation, call] {
           if (Checker* check = checker()) check->allocates(*allocation, call);
         }});
  return cudaSuccess;
}

uint64_t* field(Pool& pool, cudaMemPoolAttr attribute) {
  switch (attribute) {
    case cudaMemPoolAttrReleaseThreshold:
      return &pool.release_threshold;
    case cudaMemPoolAttrReservedMemCurrent:
      return &pool.reserved;
    case cudaMemPoolAttrReservedMemHigh:
      return &pool.reserved_high;
    case cudaMemPoolAttrUsedMemCurrent:
      return &pool.used;
    case cudaMemPoolAttrUsedMemHigh:
      return &pool.used_high;
    default:
      return nullptr;
  }
}

bool is_reuse_switch(cudaMemPoolAttr attribute) {
  return attribute >= cudaMemPoolReuseFollowEventDependencies &&
         attribute <= cudaMemPoolReuseAllowInternalDependencies;
}

}  // namespace

void return_to_pool(CUmemPoolHandle_st* pool, size_t bytes) {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (!pools.count(pool)) return;  // destroyed while its memory was in use
  pool->used -= bytes;
  if (pool->reserved > std::max(pool->used, pool->release_threshold))
    pool->reserved = std::max(pool->used, pool->release_threshold);
}

}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaMallocAsync(void** pointer, size_t bytes, cudaStream_t stream) {
  cudaMemPool_t pool = nullptr;
  cudaDeviceGetMemPool(&pool, current_device());
  return malloc_async(pointer, bytes, pool, stream,
                      {"cudaMallocAsync", __builtin_return_address(0)});
}

cudaError_t cudaMallocFromPoolAsync(void** pointer, size_t bytes, cudaMemPool_t pool,
                                    cudaStream_t stream) {
  return malloc_async(pointer, bytes, pool, stream,
                      {"cudaMallocFromPoolAsync", __builtin_return_address(0)});
}

cudaError_t cudaFreeAsync(void* pointer, cudaStream_t handle) {
  const ApiCall call{"cudaFreeAsync", __builtin_return_address(0)};
  StreamPtr stream;
  if (cudaError_t error = open_stream(handle, call.function, call.return_address, &stream))
    return error;
  if (!pointer) return cudaSuccess;
  const AllocationPtr allocation = find_allocation(pointer);
  if (!allocation || allocation->base != pointer || !allocation->pool) {
    return report_host_error(
        cudaErrorInvalidValue, find_freed(pointer) ? "double_free" : "invalid_free",
        call.return_address, "cudaFreeAsync: %p is not a live allocation of a pool", pointer);
  }
  submit(stream, {[allocation, call] {
           if (Checker* check = checker()) check->frees(*allocation, call);
           if (release(allocation->base, call.return_address))
             return_to_pool(allocation->pool, allocation->size);
         }});
  return cudaSuccess;
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device) {
  if (!pool || !valid_device(device)) return set_last_error(cudaErrorInvalidDevice);
  const std::lock_guard<std::mutex> lock(pool_mutex);
  *pool = default_pool(device);
  return cudaSuccess;
}

cudaError_t cudaDeviceGetMemPool(cudaMemPool_t* pool, int device) {
  if (!pool || !valid_device(device)) return set_last_error(cudaErrorInvalidDevice);
  const std::lock_guard<std::mutex> lock(pool_mutex);
  *pool = current_pools[device] ? current_pools[device] : default_pool(device);
  return cudaSuccess;
}

cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t pool) {
  if (!valid_device(device)) return set_last_error(cudaErrorInvalidDevice);
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (!pools.count(pool) || pool->device != device) return set_last_error(cudaErrorInvalidValue);
  current_pools[device] = pool;
  return cudaSuccess;
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps* properties) {
  if (!pool || !properties || properties->location.type != cudaMemLocationTypeDevice ||
      !valid_device(properties->location.id) ||
      properties->allocType != cudaMemAllocationTypePinned) {
    return set_last_error(cudaErrorInvalidValue);
  }
  const std::lock_guard<std::mutex> lock(pool_mutex);
  *pool = create(properties->location.id, properties->maxSize);
  return cudaSuccess;
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  for (int device = 0; device < max_devices; ++device) {
    if (pool && pool == default_pools[device]) return set_last_error(cudaErrorInvalidValue);
    if (pool && pool == current_pools[device]) current_pools[device] = nullptr;
  }
  return pools.erase(pool) ? cudaSuccess : set_last_error(cudaErrorInvalidValue);
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (!pools.count(pool) || !value) return set_last_error(cudaErrorInvalidValue);
  if (is_reuse_switch(attribute)) return cudaSuccess;  // memory is never reused
  uint64_t& target = *field(*pool, attribute);
  const uint64_t requested = *static_cast<uint64_t*>(value);
  const bool high =
      attribute == cudaMemPoolAttrReservedMemHigh || attribute == cudaMemPoolAttrUsedMemHigh;
  if (attribute != cudaMemPoolAttrReleaseThreshold && !(high && requested == 0))
    return set_last_error(cudaErrorInvalidValue);
  target = requested;
  return cudaSuccess;
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (!pools.count(pool) || !value) return set_last_error(cudaErrorInvalidValue);
  if (is_reuse_switch(attribute)) {
    *static_cast<int*>(value) = 1;
  } else if (const uint64_t* source = field(*pool, attribute)) {
    *static_cast<uint64_t*>(value) = *source;
  } else {
    return set_last_error(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t bytes) {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (!pools.count(pool)) return set_last_error(cudaErrorInvalidValue);
  pool->reserved = std::max<uint64_t>(pool->used, std::min<uint64_t>(pool->reserved, bytes));
  return cudaSuccess;
}

}  // namespace cuda_emulated
