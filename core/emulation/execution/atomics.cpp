// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/atomics.h"

#include "execution/checker.h"

#include <type_traits>

namespace cuda_emulation {
namespace {

template <class U>
U apply(AtomicOperation operation, U old, U value, U compare) {
  using Signed = std::make_signed_t<U>;
  using Float = std::conditional_t<sizeof(U) == 4, float, double>;
  switch (operation) {
    case AtomicOperation::add:
      return old + value;
    case AtomicOperation::sub:
      return old - value;
    case AtomicOperation::add_float:
      return bit_cast<U>(Float(bit_cast<Float>(old) + bit_cast<Float>(value)));
    case AtomicOperation::min_signed:
      return Signed(value) < Signed(old) ? value : old;
    case AtomicOperation::max_signed:
      return Signed(old) < Signed(value) ? value : old;
    case AtomicOperation::min_unsigned:
      return value < old ? value : old;
    case AtomicOperation::max_unsigned:
      return old < value ? value : old;
    case AtomicOperation::exchange:
      return value;
    case AtomicOperation::compare_exchange:
      return old == compare ? value : old;
    case AtomicOperation::bit_and:
      return old & value;
    case AtomicOperation::bit_or:
      return old | value;
    case AtomicOperation::bit_xor:
      return old ^ value;
    case AtomicOperation::increment_wrap:
      return old >= value ? 0 : old + 1;
    case AtomicOperation::decrement_wrap:
      return old == 0 || old > value ? value : old - 1;
  }
  return old;
}

template <class U>
U update(AtomicOperation operation, void* address, U value, U compare, const void* pc) {
  const Site nowhere = {};
  if (this_thread.lane) {
    if (reinterpret_cast<uintptr_t>(address) % sizeof(U) != 0) {
      fail_kernel(cudaErrorMisalignedAddress, "misaligned", nowhere,
                  "atomic operation: %p is not aligned to %zu bytes", address, sizeof(U));
    }
    if (Checker* check = checker()) check->access(address, sizeof(U), Access::atomic, pc);
  }
  auto* target = static_cast<U*>(address);
  U old = __atomic_load_n(target, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(target, &old, apply(operation, old, value, compare), true,
                                      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
  }
  return old;
}

}  // namespace

uint32_t atomic_32(AtomicOperation operation, void* address, uint32_t value, uint32_t compare) {
  return update(operation, address, value, compare, __builtin_return_address(0));
}

uint64_t atomic_64(AtomicOperation operation, void* address, uint64_t value, uint64_t compare) {
  return update(operation, address, value, compare, __builtin_return_address(0));
}

uint16_t atomic_compare_exchange_16(uint16_t* address, uint16_t compare, uint16_t value) {
  if (Checker* check = checker(); check && this_thread.lane) {
    check->access(address, sizeof *address, Access::atomic, __builtin_return_address(0));
  }
  __atomic_compare_exchange_n(address, &compare, value, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  return compare;
}

}  // namespace cuda_emulation
