// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/crc32c.h>

#include <array>
#include <bit>
#include <cstring>

namespace fovea {

namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // reflected
constexpr size_t kWord = 8;                   // bytes at a time

// table[k][b]: what byte b does to the checksum when k more bytes follow it.
constexpr auto make_tables() {
  std::array<std::array<uint32_t, 256>, kWord> table{};
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? kPolynomial : 0);
    table[0][i] = crc;
  }
  for (size_t k = 1; k < kWord; k++) {
    for (uint32_t i = 0; i < 256; i++)
      table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255];
  }
  return table;
}

constexpr auto kTables = make_tables();

constexpr uint32_t add_byte(uint32_t crc, char c) {
  return (crc >> 8) ^ kTables[0][(crc ^ static_cast<uint8_t>(c)) & 255];
}

constexpr uint32_t add_word(uint32_t crc, const char* bytes) {
  static_assert(std::endian::native == std::endian::little);
  std::array<char, kWord> word{};
  for (size_t k = 0; k < kWord; k++) word[k] = bytes[k];
  const uint64_t bits = std::bit_cast<uint64_t>(word) ^ crc;
  uint32_t sum = 0;
  for (size_t k = 0; k < kWord; k++) sum ^= kTables[kWord - 1 - k][bits >> 8 * k & 255];
  return sum;
}

constexpr uint32_t add_by_table(uint32_t crc, std::string_view bytes) {
  for (; bytes.size() >= kWord; bytes.remove_prefix(kWord)) crc = add_word(crc, bytes.data());
  for (const char c : bytes) crc = add_byte(crc, c);
  return crc;
}

static_assert(~add_by_table(~uint32_t{0}, "123456789") == 0xE3069283);  // RFC 3720

#if defined(__x86_64__)
// The processor's instruction is for this very polynomial.
__attribute__((target("sse4.2"))) uint32_t add_by_instruction(uint32_t crc,
                                                              std::string_view bytes) {
  uint64_t wide = crc;
  for (; bytes.size() >= kWord; bytes.remove_prefix(kWord)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), kWord);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<uint32_t>(wide);
  for (const char c : bytes) crc = __builtin_ia32_crc32qi(crc, static_cast<uint8_t>(c));
  return crc;
}
#endif

uint32_t add_bytes(uint32_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return add_by_instruction(crc, bytes);
#endif
  return add_by_table(crc, bytes);
}

}  // namespace

uint32_t crc32c(std::string_view bytes) { return ~add_bytes(~uint32_t{0}, bytes); }

uint32_t masked_crc32c(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
}

}  // namespace fovea
