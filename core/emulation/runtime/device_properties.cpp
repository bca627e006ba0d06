// SPDX-License-Identifier: Apache-2.0
// What a device of the chosen model says of itself.
#include "cuda_runtime_api.h"
#include "runtime/device.h"
#include "runtime/error_state.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace cuda_emulation {
namespace {

constexpr ModelFacts model_facts[] = {
    {8, 0, 108, 164 * 1024, 163 * 1024, 40 << 20, 5120},
    {9, 0, 132, 228 * 1024, 227 * 1024, 50 << 20, 5120},
};

// The machine's name and the device's number in it.
void describe_uuid(cudaUUID_t* uuid, int number) {
  char host[256] = {};
  (void)::gethostname(host, sizeof host - 1);
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char* c = host; *c != 0; c++) hash = (hash ^ uint64_t(*c)) * 0x100000001b3u;
  std::memcpy(uuid->bytes, "cudaemu", 7);
  uuid->bytes[7] = char(number);
  std::memcpy(uuid->bytes + 8, &hash, 8);
}

void describe_device(cudaDeviceProp* p, int device, const Configuration& configuration) {
  const ModelFacts& model = facts(configuration.model);
  std::memset(p, 0, sizeof *p);
  std::snprintf(p->name, sizeof p->name, "Emulated sm_%d%d, device %d", model.major, model.minor,
                device);
  p->totalGlobalMem = configuration.memory_mb << 20;
  p->sharedMemPerBlock = default_shared_limit;
  p->totalConstMem = 64 * 1024;
  p->memPitch = 0x7fffffff;
  p->textureAlignment = 512;
  p->sharedMemPerBlockOptin = model.shared_per_block_opt_in;
  p->sharedMemPerMultiprocessor = model.shared_per_multiprocessor;
  p->reservedSharedMemPerBlock = reserved_shared_per_block;
  p->regsPerBlock = p->regsPerMultiprocessor = 65536;
  p->warpSize = 32;
  p->maxThreadsPerBlock = max_threads_per_block;
  p->maxThreadsDim[0] = p->maxThreadsDim[1] = 1024;
  p->maxThreadsDim[2] = 64;
  p->maxGridSize[0] = 0x7fffffff;
  p->maxGridSize[1] = p->maxGridSize[2] = 65535;
  p->major = model.major;
  p->minor = model.minor;
  p->multiProcessorCount = model.multiprocessors;
  p->maxThreadsPerMultiProcessor = max_threads_per_multiprocessor;
  p->maxBlocksPerMultiProcessor = max_blocks_per_multiprocessor;
  p->canMapHostMemory = p->concurrentKernels = p->unifiedAddressing = 1;
  p->asyncEngineCount = 3;
  p->memoryBusWidth = model.memory_bus_bits;
  p->l2CacheSize = model.l2_bytes;
  p->streamPrioritiesSupported = p->memoryPoolsSupported = 1;
  p->pciBusID = number_in_machine(device) + 1;
  describe_uuid(&p->uuid, number_in_machine(device));
}

}  // namespace

const ModelFacts& facts(Model model) { return model_facts[int(model)]; }

}  // namespace cuda_emulation

inline namespace cuda_emulated {

using namespace cuda_emulation;

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (!valid_device(device)) return set_last_error(cudaErrorInvalidDevice);
  describe_device(properties, device, configuration());
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  cudaDeviceProp p;
  if (cudaError_t error = cudaGetDeviceProperties(&p, device)) return error;
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      *value = p.maxThreadsPerBlock;
      break;
    case cudaDevAttrMaxBlockDimX:
      *value = p.maxThreadsDim[0];
      break;
    case cudaDevAttrMaxBlockDimY:
      *value = p.maxThreadsDim[1];
      break;
    case cudaDevAttrMaxBlockDimZ:
      *value = p.maxThreadsDim[2];
      break;
    case cudaDevAttrMaxGridDimX:
      *value = p.maxGridSize[0];
      break;
    case cudaDevAttrMaxGridDimY:
      *value = p.maxGridSize[1];
      break;
    case cudaDevAttrMaxGridDimZ:
      *value = p.maxGridSize[2];
      break;
    case cudaDevAttrMaxSharedMemoryPerBlock:
      *value = int(p.sharedMemPerBlock);
      break;
    case cudaDevAttrTotalConstantMemory:
      *value = int(p.totalConstMem);
      break;
    case cudaDevAttrWarpSize:
      *value = p.warpSize;
      break;
    case cudaDevAttrMaxPitch:
      *value = int(p.memPitch);
      break;
    case cudaDevAttrMaxRegistersPerBlock:
      *value = p.regsPerBlock;
      break;
    case cudaDevAttrClockRate:
      *value = 1000000;
      break;
    case cudaDevAttrTextureAlignment:
      *value = int(p.textureAlignment);
      break;
    case cudaDevAttrMultiProcessorCount:
      *value = p.multiProcessorCount;
      break;
    case cudaDevAttrIntegrated:
      *value = p.integrated;
      break;
    case cudaDevAttrCanMapHostMemory:
      *value = p.canMapHostMemory;
      break;
    case cudaDevAttrComputeMode:
      *value = 0;
      break;
    case cudaDevAttrConcurrentKernels:
      *value = p.concurrentKernels;
      break;
    case cudaDevAttrPciBusId:
      *value = p.pciBusID;
      break;
    case cudaDevAttrPciDeviceId:
      *value = p.pciDeviceID;
      break;
    case cudaDevAttrMemoryClockRate:
      *value = 1000000;
      break;
    case cudaDevAttrGlobalMemoryBusWidth:
      *value = p.memoryBusWidth;
      break;
    case cudaDevAttrL2CacheSize:
      *value = p.l2CacheSize;
      break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      *value = p.maxThreadsPerMultiProcessor;
      break;
    case cudaDevAttrAsyncEngineCount:
      *value = p.asyncEngineCount;
      break;
    case cudaDevAttrUnifiedAddressing:
      *value = p.unifiedAddressing;
      break;
    case cudaDevAttrComputeCapabilityMajor:
      *value = p.major;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = p.minor;
      break;
    case cudaDevAttrStreamPrioritiesSupported:
      *value = p.streamPrioritiesSupported;
      break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      *value = int(p.sharedMemPerMultiprocessor);
      break;
    case cudaDevAttrMaxRegistersPerMultiprocessor:
      *value = p.regsPerMultiprocessor;
      break;
    case cudaDevAttrManagedMemory:
      *value = p.managedMemory;
      break;
    case cudaDevAttrConcurrentManagedAccess:
      *value = p.concurrentManagedAccess;
      break;
    case cudaDevAttrCooperativeLaunch:
      *value = p.cooperativeLaunch;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = int(p.sharedMemPerBlockOptin);
      break;
    case cudaDevAttrMaxBlocksPerMultiprocessor:
      *value = p.maxBlocksPerMultiProcessor;
      break;
    case cudaDevAttrReservedSharedMemoryPerBlock:
      *value = int(p.reservedSharedMemPerBlock);
      break;
    case cudaDevAttrMemoryPoolsSupported:
      *value = p.memoryPoolsSupported;
      break;
    default:
      return set_last_error(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

}  // namespace cuda_emulated
