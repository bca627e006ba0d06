// SPDX-License-Identifier: Apache-2.0
// The virtual devices.
#pragma once
#include "cuda_emulation/configuration.h"
#include "driver_types.h"

#include <cstddef>
#include <string>

namespace cuda_emulation {

constexpr int max_devices = 16;

int current_device();  // of the calling thread
bool valid_device(int device);
// Of all that the machine has, of which CUDA_VISIBLE_DEVICES may name some in another order.
int number_in_machine(int device);
// Equal in all processes of a machine: "GPU-63756461-...".
std::string device_uuid(int device);
bool may_access(int device, int owner);  // the same device, or peer access was enabled

// What differs between the models, in the units of cudaDeviceProp.
struct ModelFacts {
  int major, minor;
  int multiprocessors;
  size_t shared_per_multiprocessor;
  size_t shared_per_block_opt_in;
  int l2_bytes, memory_bus_bits;
};
const ModelFacts& facts(Model model);

constexpr size_t default_shared_limit = 48 * 1024;
constexpr size_t reserved_shared_per_block = 1024;
constexpr int max_threads_per_block = 1024, max_threads_per_multiprocessor = 2048,
              max_blocks_per_multiprocessor = 32;

}  // namespace cuda_emulation
