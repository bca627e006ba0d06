// SPDX-License-Identifier: Apache-2.0
// How the emulation behaves; read once from the environment, and changeable between launches.
#pragma once
#include <cstddef>
#include <cstdint>

namespace cuda_emulation {

enum class Order { forward, reverse, random };  // of threads in a block, and of blocks
enum class Streams { eager, lazy };  // work is done when it is submitted, or as late as is legal
enum class AsyncCopies { late, early };  // when cp.async copies: at the wait, or at once
enum class EarlyExit {
  allowed,
  suspicious,
  error
};  // threads that return while others wait in a barrier
enum class Model { sm_80, sm_90 };

struct Configuration {
  int devices = 2;               // CUDA_EMULATION_DEVICES, 0 to 16; fixed once a device was used
  int workers = 1;               // CUDA_EMULATION_WORKERS, threads that run blocks, 0: one per core
  Order order = Order::forward;  // CUDA_EMULATION_ORDER
  uint64_t seed = 1;             // CUDA_EMULATION_SEED, of the random order
  Streams streams = Streams::eager;              // CUDA_EMULATION_STREAMS
  AsyncCopies async_copies = AsyncCopies::late;  // CUDA_EMULATION_ASYNC_COPIES
  EarlyExit early_exit =
      EarlyExit::allowed;      // CUDA_EMULATION_EARLY_EXIT; suspicious in checked mode
  Model model = Model::sm_90;  // CUDA_EMULATION_MODEL
  size_t memory_mb = 16384;    // CUDA_EMULATION_MEMORY_MB, of each device
  size_t stack_kb = 0;  // CUDA_EMULATION_STACK_KB of a kernel thread; 0: 64, or 256 if sanitized
};

Configuration configuration();
// To be called while no work is pending. The number of devices and workers and the stack size are
// fixed by the first launch.
void configure(const Configuration& configuration);

// Whether this program's kernels were compiled for checking, or with AddressSanitizer.
bool checked();
bool address_sanitized();

}  // namespace cuda_emulation
