// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/sha256.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace fovea {

namespace {

constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

uint32_t big_endian(const std::byte* bytes) {
  uint32_t word = 0;
  for (int i = 0; i < 4; i++) word = word << 8 | static_cast<uint32_t>(bytes[i]);
  return word;
}

// The names are those of the standard, section 6.2.2.
void compress(std::array<uint32_t, 8>& state, const std::byte* block) {
  uint32_t w[64];
  for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    const uint32_t x = w[t - 15], y = w[t - 2];
    const uint32_t sigma0 = std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3;
    const uint32_t sigma1 = std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10;
    w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (int t = 0; t < 64; t++) {
    const uint32_t sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
    const uint32_t sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<uint32_t, 8> sum{a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; i++) state[i] += sum[i];
}

}  // namespace

Sha256& Sha256::update(std::span<const std::byte> bytes) {
  const size_t waiting = length_ % kBlock;
  length_ += bytes.size();
  if (waiting > 0) {
    const size_t part = std::min(bytes.size(), kBlock - waiting);
    std::copy_n(bytes.begin(), part, pending_.begin() + waiting);
    bytes = bytes.subspan(part);
    if (waiting + part < kBlock) return *this;
    compress(state_, pending_.data());
  }
  for (; bytes.size() >= kBlock; bytes = bytes.subspan(kBlock)) compress(state_, bytes.data());
  std::copy(bytes.begin(), bytes.end(), pending_.begin());
  return *this;
}

// Appends 1, zeros, and the length in bits, up to a whole number of blocks.
void Sha256::pad() {
  const uint64_t bits = length_ * 8;
  const size_t used = length_ % kBlock;
  std::array<std::byte, 2 * kBlock> tail{std::byte{0x80}};
  const size_t size = (used < kBlock - 8 ? kBlock : 2 * kBlock) - used;
  for (size_t i = 0; i < 8; i++) tail[size - 1 - i] = static_cast<std::byte>(bits >> 8 * i);
  update(std::span(tail).first(size));
}

std::string Sha256::hex() const {
  Sha256 finished = *this;
  finished.pad();
  std::string digits;
  for (const uint32_t word : finished.state_) {
    for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[word >> shift & 15];
  }
  return digits;
}

}  // namespace fovea
