// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: pure functions of (seed, purpose, epoch, sample, element), the same
// on every device, at any thread count and batch layout. Nothing has state, so nothing needs
// saving.
#pragma once

#include <fovea/core/export.h>
#include <fovea/core/host_device.h>

#include <array>
#include <cstdint>

namespace FOVEA_API fovea {

using PhiloxBlock = std::array<uint32_t, 4>;

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011).
FOVEA_HOST_DEVICE constexpr PhiloxBlock philox4x32_10(PhiloxBlock counter,
                                                      std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; round++) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

// What a random number is for; streams of different purposes are independent.
enum class Purpose : uint8_t {
  initialization = 1,
  shuffle,
  crop,
  flip,
  lighting,
  dropout,
  synthetic,
  split,
  test,
  color
};

// The numbers of one purpose in one epoch for one sample. `detail` tells apart several users of one
// purpose: the index of a parameter or layer, say; it must be below 2^24. Elements go up to 2^34.
class RandomStream {
 public:
  FOVEA_HOST_DEVICE constexpr RandomStream(uint64_t seed, Purpose purpose, uint32_t detail = 0,
                                           uint32_t epoch = 0, uint32_t sample = 0)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        purpose_(static_cast<uint32_t>(purpose) << 24 | detail),
        epoch_(epoch),
        sample_(sample) {}

  // Four numbers at once: elements 4 * block .. 4 * block + 3.
  FOVEA_HOST_DEVICE constexpr PhiloxBlock block(uint64_t block) const {
    return philox4x32_10({static_cast<uint32_t>(block), sample_, epoch_, purpose_}, key_);
  }
  FOVEA_HOST_DEVICE constexpr uint32_t bits(uint64_t element) const {
    return block(element / 4)[element % 4];
  }

  // Uniform in [0, 1), a multiple of 2^-24.
  FOVEA_HOST_DEVICE constexpr float uniform(uint64_t element) const {
    return static_cast<float>(bits(element) >> 8) * 0x1p-24f;
  }
  // Uniform in [low, high].
  FOVEA_HOST_DEVICE constexpr float uniform(uint64_t element, float low, float high) const {
    return low + (high - low) * uniform(element);
  }
  // Uniform in [0, n) for n >= 1; the bias is below n / 2^32.
  FOVEA_HOST_DEVICE constexpr uint32_t below(uint64_t element, uint32_t n) const {
    return static_cast<uint32_t>(uint64_t{bits(element)} * n >> 32);
  }

  FOVEA_HOST_DEVICE constexpr std::array<uint32_t, 2> key() const { return key_; }
  FOVEA_HOST_DEVICE constexpr uint32_t purpose() const { return purpose_; }
  FOVEA_HOST_DEVICE constexpr uint32_t epoch() const { return epoch_; }
  FOVEA_HOST_DEVICE constexpr uint32_t sample() const { return sample_; }

 private:
  std::array<uint32_t, 2> key_;
  uint32_t purpose_, epoch_, sample_;
};

// Standard normal number of an element: Box-Muller on its two neighbours' bits, with the functions
// of math.h, so the same bits everywhere. |value| < 6.7.
float normal(const RandomStream& stream, uint64_t element);
// Four at once: elements 4 * block .. 4 * block + 3.
std::array<float, 4> normal_block(const RandomStream& stream, uint64_t block);

// A permutation of [0, n) as a function: position -> index, without a table (a Feistel network
// walked until it falls inside). A bijection for every key. REQUIRES: position < n, 1 <= n <= 2^62.
uint64_t permute(const RandomStream& key, uint64_t position, uint64_t n);

}  // namespace fovea
