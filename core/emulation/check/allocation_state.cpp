// SPDX-License-Identifier: Apache-2.0
#include "check/allocation_state.h"

namespace cuda_emulation {

AllocationState& AllocationState::of(Allocation& allocation) {
  if (!allocation.checker_state)
    allocation.checker_state = std::make_shared<AllocationState>(allocation);
  return *static_cast<AllocationState*>(allocation.checker_state.get());
}

bool AllocationState::all_initialised(size_t offset, size_t bytes) const {
  if (offset % 4 == 0 && bytes == 4) {  // the usual case
    return (initialised[offset / 8] >> (offset & 4) & 15) == 15;
  }
  for (size_t i = offset; i < offset + bytes; ++i) {
    if (!(initialised[i / 8] >> i % 8 & 1)) return false;
  }
  return true;
}

void AllocationState::set_initialised(size_t offset, size_t bytes, bool value) {
  const auto set = [&](size_t i) {
    const auto bit = uint8_t(1u << i % 8);
    initialised[i / 8] =
        value ? uint8_t(initialised[i / 8] | bit) : uint8_t(initialised[i / 8] & ~bit);
  };
  size_t i = offset;
  const size_t end = offset + bytes;
  for (; i < end && i % 8; ++i) set(i);
  for (; i + 8 <= end; i += 8) initialised[i / 8] = value ? 0xff : 0;
  for (; i < end; ++i) set(i);
}

bool overlap(const Extent& extent, const void* address, size_t bytes) {
  const auto* first = static_cast<const char*>(extent.first);
  const auto* begin = static_cast<const char*>(address);
  const auto* end = begin + bytes;
  if (!extent.height || end <= first ||
      begin >= first + extent.pitch * (extent.height - 1) + extent.width)
    return false;
  if (extent.height == 1 || extent.pitch == extent.width) return true;
  const size_t low = begin > first ? size_t(begin - first) : 0,
               high = size_t(end - first);  // the bytes asked about
  const size_t row = low / extent.pitch, column = low % extent.pitch;
  return column < extent.width || high > (row + 1) * extent.pitch;
}

}  // namespace cuda_emulation
