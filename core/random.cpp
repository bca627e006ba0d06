// SPDX-License-Identifier: Apache-2.0
// Normal numbers and permutations, on the counter-based bits of RandomStream.
#include <fovea/core/math.h>
#include <fovea/core/random.h>

#include <bit>

namespace fovea {
namespace {

// Walks a balanced Feistel network over 2 * half_bits bits. Round i takes word i % 4 of the block
// that the right half selects; its top bit tells apart the first four rounds and the last four.
uint64_t feistel(const RandomStream& key, uint64_t value, int half_bits) {
  constexpr int kRounds = 8;
  const uint64_t mask = (uint64_t{1} << half_bits) - 1;
  uint64_t left = value >> half_bits, right = value & mask;
  for (int round = 0; round < kRounds; round++) {
    const uint64_t counter = right | (round < 4 ? 0 : uint64_t{1} << 31);
    const uint64_t mixed = left ^ (key.block(counter)[static_cast<size_t>(round % 4)] & mask);
    left = right;
    right = mixed;
  }
  return left << half_bits | right;
}

}  // namespace

std::array<float, 4> normal_block(const RandomStream& stream, uint64_t block) {
  const PhiloxBlock bits = stream.block(block);
  std::array<float, 4> values;
  for (size_t pair = 0; pair < 4; pair += 2) {
    const float u = (static_cast<float>(bits[pair]) + 1.0f) * 0x1p-32f;  // in (0, 1]
    const float turn = static_cast<float>(bits[pair + 1] >> 8) * 0x1p-24f;
    const float radius = std::sqrt(-2.0f * math::log(u));
    const math::SinCos<float> direction = math::sin_cos_turns(turn);
    values[pair] = radius * direction.cos;
    values[pair + 1] = radius * direction.sin;
  }
  return values;
}

float normal(const RandomStream& stream, uint64_t element) {
  return normal_block(stream, element / 4)[element % 4];
}

uint64_t permute(const RandomStream& key, uint64_t position, uint64_t n) {
  if (n == 1) return 0;
  const int half_bits = (std::bit_width(n - 1) + 1) / 2;
  do {
    position = feistel(key, position, half_bits);
  } while (position >= n);
  return position;
}

}  // namespace fovea
