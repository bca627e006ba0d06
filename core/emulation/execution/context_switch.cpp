// SPDX-License-Identifier: Apache-2.0
#include "execution/context_switch.h"

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)

// System V: the callee keeps rbx, rbp, r12 to r15; the rest is the caller's to save. The
// floating-point modes are never changed.
asm(R"(
.text
.globl cuda_emulation_switch_context
.hidden cuda_emulation_switch_context
.type cuda_emulation_switch_context,@function
.p2align 4
cuda_emulation_switch_context:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size cuda_emulation_switch_context,.-cuda_emulation_switch_context
)");

namespace cuda_emulation {

void* prepare_context(char* low, size_t size, size_t offset, void (*entry)()) {
  auto top = (reinterpret_cast<uintptr_t>(low) + size - offset) & ~uintptr_t(63);
  auto* slot = reinterpret_cast<void**>(top);
  *--slot =
      nullptr;  // entry's return address: it has none, and the stack is aligned as after a call
  *--slot = reinterpret_cast<void*>(entry);
  slot -= 6;
  std::memset(slot, 0, 6 * sizeof *slot);
  return slot;
}

}  // namespace cuda_emulation

#else

#include <ucontext.h>

namespace {
// The context lies at the low end of the stack it describes; a context switched away from lies in a
// frame of its own stack.
void enter(unsigned low, unsigned high) {
  reinterpret_cast<void (*)()>(uintptr_t(high) << 32 | low)();
}
}  // namespace

extern "C" void cuda_emulation_switch_context(void** save, void* load) {
  ucontext_t here;
  *save = &here;
  swapcontext(&here, static_cast<ucontext_t*>(load));
}

namespace cuda_emulation {

void* prepare_context(char* low, size_t size, size_t offset, void (*entry)()) {
  auto* context = new (low) ucontext_t;
  getcontext(context);
  context->uc_stack.ss_sp = low + sizeof *context;
  context->uc_stack.ss_size = size - sizeof *context - offset;
  context->uc_link = nullptr;
  const auto address = reinterpret_cast<uintptr_t>(entry);
  makecontext(context, reinterpret_cast<void (*)()>(&enter), 2, unsigned(address),
              unsigned(address >> 32));
  return context;
}

}  // namespace cuda_emulation

#endif
