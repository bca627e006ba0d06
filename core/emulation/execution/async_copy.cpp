// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/async_copy.h"

#include "execution/async_copies.h"
#include "execution/checker.h"
#include "execution/thread_block.h"

#include <cstring>

namespace cuda_emulation {
namespace {

void make(const AsyncCopy& copy) {
  std::memcpy(copy.shared, copy.global, size_t(copy.src_bytes));
  std::memset(static_cast<char*>(copy.shared) + copy.src_bytes, 0,
              size_t(copy.bytes - copy.src_bytes));
}

bool aligned(const void* address, int bytes) {
  return reinterpret_cast<uintptr_t>(address) % unsigned(bytes) == 0;
}

}  // namespace

void async_copy(void* shared, const void* global, int bytes, int src_bytes, const Site& site) {
  ThreadBlock& block = running_block("cp.async");
  if (src_bytes < 0 || src_bytes > bytes) {
    fail_kernel(cudaErrorIllegalInstruction, "async_copy", site,
                "cp.async of %d bytes is given %d source bytes", bytes, src_bytes);
  }
  if (!aligned(shared, bytes) || (src_bytes && !aligned(global, bytes))) {
    fail_kernel(cudaErrorMisalignedAddress, "misaligned", site,
                "cp.async: %s address %p is not aligned to %d bytes",
                aligned(shared, bytes) ? "global" : "shared",
                aligned(shared, bytes) ? global : shared, bytes);
  }
  const bool inside =
      address_sanitized() || block.shared().in_static(shared) ||
      block.shared().in_dynamic(shared, size_t(bytes), block.launch().dynamic_shared);
  if (!inside) {
    fail_kernel(cudaErrorInvalidAddressSpace, "async_copy", site,
                "cp.async: the destination %p is not in the block's shared memory", shared);
  }
  const AsyncCopy copy{shared, global, bytes, src_bytes, __builtin_return_address(0)};
  const bool early = block.launch().configuration.async_copies == AsyncCopies::early;
  if (Checker* check = checker()) {
    if (src_bytes) check->access(global, size_t(src_bytes), Access::read, copy.pc);
    if (early) {
      check->access(shared, size_t(bytes), Access::write, copy.pc);
    } else {
      check->async_copy_issued(shared, size_t(bytes), copy.pc);
    }
  }
  if (early) {
    make(copy);
  } else {
    block.copies().open.push_back(copy);
  }
}

void async_copy_commit() {
  PendingCopies& copies = running_block("cp.async.commit_group").copies();
  copies.groups.push_back(std::move(copies.open));
  copies.open.clear();
}

void async_copy_wait(int pending) {
  PendingCopies& copies = running_block("cp.async.wait_group").copies();
  while (int(copies.groups.size()) > pending) {
    for (const AsyncCopy& copy : copies.groups.front()) {
      make(copy);
      if (Checker* check = checker()) check->async_copy_made(copy.shared, size_t(copy.bytes));
    }
    copies.groups.pop_front();
  }
}

}  // namespace cuda_emulation
