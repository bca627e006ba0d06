// SPDX-License-Identifier: Apache-2.0
// The twin of cp.async: a copy to shared memory that happens no sooner than a GPU promises.
#pragma once
#include "cuda_emulation/thread.h"

namespace cuda_emulation {

// Copies src_bytes and fills the rest of `bytes` (4, 8 or 16) with zeros. By default the copy is
// made when its group is waited for; with ASYNC_COPY=early when it is issued. Both are legal, and
// each shows other mistakes.
void async_copy(void* shared, const void* global, int bytes, int src_bytes, const Site& site);
void async_copy_commit();
// Waits until at most `pending` groups of the calling thread are open.
void async_copy_wait(int pending);

}  // namespace cuda_emulation
