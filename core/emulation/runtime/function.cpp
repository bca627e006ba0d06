// SPDX-License-Identifier: Apache-2.0
#include "runtime/function.h"

#include "cuda_runtime_api.h"
#include "report/emit.h"
#include "report/module.h"
#include "runtime/device.h"
#include "runtime/error_state.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace cuda_emulation {
namespace {

std::mutex& mutex = *new std::mutex;
auto& opted_in = *new std::map<const void*, int>;

constexpr int assumed_registers =
    32;  // registers are not modelled; this many never limit the occupancy

}  // namespace

size_t static_shared_bytes(const void* function) {
  const Module* module = Module::containing(function);
  const Symbol* kernel = module ? module->function_at(function) : nullptr;
  if (!kernel || kernel->name.compare(0, 2, "_Z") != 0) return 0;
  const std::string prefix =
      "_ZZ" + kernel->name.substr(2) + "E";  // of the mangled names of its local variables
  size_t bytes = 0;
  const auto add = [&](const std::vector<Symbol>& symbols) {
    for (const Symbol& symbol : symbols) {
      if (symbol.name.compare(0, prefix.size(), prefix) == 0) bytes += symbol.size;
    }
  };
  add(module->thread_locals());
  if (address_sanitized()) add(module->variables());
  return bytes;
}

size_t dynamic_shared_limit(const void* function) {
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = opted_in.find(function);
  return found == opted_in.end() ? default_shared_limit : size_t(found->second);
}

cudaError_t set_function_attribute(const void* function, cudaFuncAttribute attribute, int value) {
  if (attribute == cudaFuncAttributePreferredSharedMemoryCarveout) {
    return value < -1 || value > 100 ? set_last_error(cudaErrorInvalidValue) : cudaSuccess;
  }
  if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0)
    return set_last_error(cudaErrorInvalidValue);
  const size_t limit = facts(configuration().model).shared_per_block_opt_in,
               fixed = static_shared_bytes(function);
  if (size_t(value) + fixed > limit) {
    return report_host_error(
        cudaErrorInvalidValue, "launch_configuration", __builtin_return_address(0),
        "%d bytes of dynamic and %zu of static shared memory exceed the model's %zu", value, fixed,
        limit);
  }
  const std::lock_guard<std::mutex> lock(mutex);
  opted_in[function] = value;
  return cudaSuccess;
}

cudaError_t get_function_attributes(cudaFuncAttributes* attributes, const void* function) {
  if (!attributes || !function) return set_last_error(cudaErrorInvalidDeviceFunction);
  const ModelFacts& model = facts(configuration().model);
  *attributes = {};
  attributes->sharedSizeBytes = static_shared_bytes(function);
  attributes->maxThreadsPerBlock = max_threads_per_block;
  attributes->numRegs = assumed_registers;
  attributes->ptxVersion = attributes->binaryVersion = model.major * 10 + model.minor;
  attributes->maxDynamicSharedSizeBytes = int(dynamic_shared_limit(function));
  return cudaSuccess;
}

// Limited by threads, blocks and shared memory of a multiprocessor; registers are not modelled.
cudaError_t active_blocks(int* blocks, const void* function, int block_size,
                          size_t dynamic_shared) {
  if (!blocks || block_size < 1) return set_last_error(cudaErrorInvalidValue);
  *blocks = 0;
  if (block_size > max_threads_per_block) return cudaSuccess;
  const ModelFacts& model = facts(configuration().model);
  const int warps = (block_size + 31) / 32;
  const size_t granule = 128, shared = static_shared_bytes(function) + dynamic_shared;
  if (shared > model.shared_per_block_opt_in) return cudaSuccess;
  const size_t taken = (shared + reserved_shared_per_block + granule - 1) / granule * granule;
  *blocks = std::min({max_blocks_per_multiprocessor, max_threads_per_multiprocessor / (warps * 32),
                      int(model.shared_per_multiprocessor / taken)});
  return cudaSuccess;
}

// The block size with most threads at work on a multiprocessor; of equals the largest.
cudaError_t best_block_size(int* min_grid, int* block_size, const void* function,
                            size_t dynamic_shared, int limit) {
  if (!min_grid || !block_size) return set_last_error(cudaErrorInvalidValue);
  int best_threads = 0, best_blocks = 0;
  const int largest = limit > 0 ? std::min(limit, max_threads_per_block) : max_threads_per_block;
  *block_size = 0;
  for (int size = largest; size > 0; size = (size - 1) / 32 * 32) {
    int blocks = 0;
    if (cudaError_t error = active_blocks(&blocks, function, size, dynamic_shared)) return error;
    if (blocks * size <= best_threads) continue;
    best_threads = blocks * size;
    best_blocks = blocks;
    *block_size = size;
  }
  *min_grid = best_blocks * facts(configuration().model).multiprocessors;
  return cudaSuccess;
}

}  // namespace cuda_emulation
