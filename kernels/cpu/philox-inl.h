// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 on vectors: the bits of RandomStream, two vectors of elements at a time. Included
// once per instruction set.
#if defined(FOVEA_KERNELS_CPU_PHILOX_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_PHILOX_INL_H
#undef FOVEA_KERNELS_CPU_PHILOX_INL_H
#else
#define FOVEA_KERNELS_CPU_PHILOX_INL_H
#endif

#include "cpu/vector-inl.h"

#include <fovea/core/random.h>

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

constexpr int64_t kPhiloxElements = 4;

// to[i] = stream.bits(4 * block + i) for i < kPhiloxElements.
HWY_INLINE void philox(const RandomStream& stream, uint64_t block, uint32_t* to) {
  const PhiloxBlock words = stream.block(block);
  std::memcpy(to, words.data(), sizeof(words));
}

#else

constexpr int64_t kPhiloxElements = 2 * kLanes;

// to[i] = stream.bits(4 * block + i) for i < kPhiloxElements. One counter block per 64-bit lane:
// its words are the lower halves, the upper ones hold what multiplications left there and are never
// read. Lanes 2i and 2i + 1 hold blocks i and i + lanes / 2, so that interleaving gives the
// elements in order.
HWY_INLINE void philox(const RandomStream& stream, uint64_t block, uint32_t* to) {
  const hn::Repartition<uint64_t, Floats> d64;
  const hn::Repartition<uint32_t, Floats> d32;
  constexpr size_t kBlocks = kLanes / 2;
  alignas(64) uint64_t first[kBlocks];
  for (size_t i = 0; i < kBlocks; i++) first[i] = block + i / 2 + (i % 2) * (kBlocks / 2);

  auto c0 = hn::Load(d64, first), c1 = hn::Set(d64, stream.sample());
  auto c2 = hn::Set(d64, stream.epoch()), c3 = hn::Set(d64, stream.purpose());
  const auto multiplier0 = hn::Set(d64, 0xD2511F53), multiplier1 = hn::Set(d64, 0xCD9E8D57);
  uint32_t key0 = stream.key()[0], key1 = stream.key()[1];
  const auto multiply = [=](auto a, auto b) {
    return hn::MulEven(hn::BitCast(d32, a), hn::BitCast(d32, b));
  };
  for (int round = 0; round < 10; round++) {
    const auto product0 = multiply(multiplier0, c0), product1 = multiply(multiplier1, c2);
    c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(product1), c1), hn::Set(d64, key0));
    c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(product0), c3), hn::Set(d64, key1));
    c1 = product1;
    c3 = product0;
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  const auto join = [=](auto low, auto high) {
    return hn::OddEven(hn::BitCast(d32, hn::ShiftLeft<32>(high)), hn::BitCast(d32, low));
  };
  const auto words01 = hn::BitCast(d64, join(c0, c1)), words23 = hn::BitCast(d64, join(c2, c3));
  hn::StoreU(hn::BitCast(d32, hn::InterleaveLower(d64, words01, words23)), d32, to);
  hn::StoreU(hn::BitCast(d32, hn::InterleaveUpper(d64, words01, words23)), d32, to + kLanes);
}

#endif

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
