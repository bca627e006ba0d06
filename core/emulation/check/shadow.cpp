// SPDX-License-Identifier: Apache-2.0
#include "check/shadow.h"

#include <sys/mman.h>

#include <new>

namespace cuda_emulation {

// Mapped, not allocated: only what is touched takes memory.
Shadow::Shadow(size_t bytes) : count_(bytes / granule + 2) {
  void* mapping = mmap(nullptr, count_ * sizeof(Cell), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  cells_ = static_cast<Cell*>(mapping);
}

Shadow::~Shadow() { munmap(cells_, count_ * sizeof(Cell)); }

Shadow::Bytes& Shadow::bytes(size_t index) {
  const auto [entry, fresh] = split_.try_emplace(index);
  if (fresh) {
    Cell& whole = cells_[index];
    for (size_t i = 0; i < granule; ++i) {
      Cell& byte = entry->second[i];
      byte = whole;
      byte.write.flags = (whole.write.flags & is_atomic) | (whole.write.flags >> i & 1u);
    }
    whole.write.flags |= is_split;
  }
  return entry->second;
}

}  // namespace cuda_emulation
