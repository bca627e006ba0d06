// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/crc32c.h>

#include <catch2/catch.hpp>

#include <string>

using fovea::crc32c;

// RFC 3720, B.4, and the check value of the CRC catalogues.
TEST_CASE("published CRC-32C values") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xE3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43);
  std::string ascending;
  for (char c = 0; c < 32; c++) ascending += c;
  CHECK(crc32c(ascending) == 0x46DD794E);
}

TEST_CASE("a CRC-32C of any length is that of one byte after the other") {
  uint32_t bytewise = ~uint32_t{0};
  std::string text;
  for (int i = 0; i < 100; i++) {
    CHECK(crc32c(text) == ~bytewise);
    text += static_cast<char>(37 * i + 11);
    bytewise ^= static_cast<uint8_t>(text.back());
    for (int bit = 0; bit < 8; bit++) bytewise = (bytewise >> 1) ^ (bytewise & 1 ? 0x82F63B78 : 0);
  }
}
