// SPDX-License-Identifier: Apache-2.0
// Switching stacks within one OS thread.
#pragma once
#include <cstddef>

namespace cuda_emulation {

// Saves the caller's context behind *save and continues at the context `load`, which an earlier
// switch saved or prepare_context made.
extern "C" void cuda_emulation_switch_context(void** save, void* load);

// A context that calls entry() on the stack [low, low + size); entry never returns. `offset` bytes
// at the top stay unused.
void* prepare_context(char* low, size_t size, size_t offset, void (*entry)());

}  // namespace cuda_emulation
