// SPDX-License-Identifier: Apache-2.0
#include "execution/shared_memory.h"

#include "cuda_emulation/configuration.h"
#include "execution/launch.h"
#include "execution/sanitizer.h"
#include "report/module.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace cuda_emulation {
namespace {

constexpr unsigned char poison_byte = 0xff;
constexpr size_t arena_size =
    (SharedMemory::max_dynamic + 2 * SharedMemory::margin + 4095) / 4096 * 4096;

// Function-local statics are the only thread-local variables that a kernel can declare.
bool is_local_variable(const Symbol& symbol) { return symbol.name.compare(0, 3, "_ZZ") == 0; }

}  // namespace

SharedMemory::SharedMemory() {
  void* arena = std::aligned_alloc(4096, arena_size);
  if (!arena) throw std::bad_alloc();
  dynamic_ = static_cast<char*>(arena) + margin;
  asan_poison(arena, margin);
}

SharedMemory::~SharedMemory() {
  asan_unpoison(dynamic_ - margin, arena_size);
  std::free(dynamic_ - margin);
}

void SharedMemory::locate(const void* function) {
  located_for_ = function;
  blocks_poisoned_ = 0;
  const Module* module = Module::containing(function);
  char* segment = module ? module->thread_local_segment() : nullptr;
  if (segment == low_) return;
  low_ = segment;
  high_ = segment ? segment + module->thread_local_size() : nullptr;
  variables_.clear();
  variable_bytes_ = 0;
  if (!segment) return;
  for (const Symbol& symbol : module->thread_locals()) {
    if (!is_local_variable(symbol)) continue;
    variables_.push_back({segment + symbol.offset, symbol.size});
    variable_bytes_ += symbol.size;
  }
}

// Many variables take long to fill: then only a kernel's first blocks are filled.
void SharedMemory::poison(const Launch& launch) {
  if (located_for_ != launch.call.function) locate(launch.call.function);
  asan_unpoison(dynamic_, arena_size - margin);
  std::memset(dynamic_, poison_byte, launch.dynamic_shared);
  asan_poison(dynamic_ + launch.dynamic_shared, arena_size - margin - launch.dynamic_shared);
  const bool cheap = variable_bytes_ <= 64 * 1024;
  if (checked() || (!cheap && blocks_poisoned_ >= 4)) return;
  ++blocks_poisoned_;
  for (const Range& variable : variables_) std::memset(variable.low, poison_byte, variable.size);
}

}  // namespace cuda_emulation
