// SPDX-License-Identifier: Apache-2.0
#include "execution/faults.h"

#include "execution/checker.h"
#include "execution/thread_block.h"
#include "report/symbols.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cstdint>
#include <cstdio>
#include <mutex>

namespace cuda_emulation {
namespace {

struct Fault {
  int signal;
  const void* address;
  const void* pc;
};
thread_local Fault fault __attribute__((tls_model("initial-exec")));

struct sigaction former[NSIG];

Report describe(const Fault& fault, ThreadBlock& block) {
  char text[160];
  Report report;
  report.error = cudaErrorIllegalAddress;
  if (fault.signal == SIGFPE) {
    report.kind = "arithmetic";
    report.message = "integer division by zero (a GPU gives an arbitrary result)";
    report.error = cudaErrorLaunchFailure;
  } else if (block.stacks().in_guard_page(fault.address)) {
    report.kind = "stack_overflow";
    report.message = "the thread's stack overflowed; CUDA_EMULATION_STACK_KB enlarges it";
    report.error = cudaErrorLaunchFailure;
  } else {
    report.kind = "illegal_address";
    std::snprintf(text, sizeof text, "access to address %p, where there is no memory",
                  fault.address);
    report.message = text;
  }
  report.place = block.place();
  locate(report.place, static_cast<const char*>(fault.pc) + 1);
  return report;
}

// Runs on the emergency stack, in place of the faulting thread.
[[noreturn]] void fail_after_fault() {
  ThreadBlock& block = *this_thread.block;
  block.fail(describe(fault, block));
}

void former_handler(int signal, siginfo_t* info, void* context) {
  const struct sigaction action = former[signal];
  former[signal] = {};  // by default, if the handler raises the signal again
  if (action.sa_flags & SA_SIGINFO) {
    action.sa_sigaction(signal, info, context);
  } else if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
    action.sa_handler(signal);
  } else {
    sigaction(signal, &action, nullptr);  // the instruction faults again, now by default
  }
  former[signal] = action;
}

void on_fault(int signal, siginfo_t* info, void* context) {
#if defined(__x86_64__)
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto* pc = reinterpret_cast<const void*>(registers[REG_RIP]);
  if (checker() && checker()->handles_fault(info->si_addr, pc)) return;
  if (this_thread.lane) {
    fault = {signal, info->si_addr, pc};
    const auto top =
        reinterpret_cast<uintptr_t>(this_thread.block->emergency_stack_top()) & ~uintptr_t(63);
    registers[REG_RSP] = greg_t(top - sizeof(void*));  // aligned as after a call
    registers[REG_RIP] = greg_t(reinterpret_cast<uintptr_t>(&fail_after_fault));
    return;
  }
#endif
  former_handler(signal, info, context);
}

}  // namespace

void handle_faults() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  struct sigaction action {};
  action.sa_sigaction = &on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE}) {
    struct sigaction present {};
    sigaction(signal, nullptr, &present);
    if ((present.sa_flags & SA_SIGINFO) && present.sa_sigaction == &on_fault) continue;
    former[signal] = present;
    sigaction(signal, &action, nullptr);
  }
}

void prepare_for_faults() {
  constexpr size_t alternate_size = 64 * 1024;
  stack_t alternate{};
  alternate.ss_sp = mmap(nullptr, alternate_size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // as long as the worker
  alternate.ss_size = alternate_size;
  if (alternate.ss_sp != MAP_FAILED) sigaltstack(&alternate, nullptr);
}

}  // namespace cuda_emulation
