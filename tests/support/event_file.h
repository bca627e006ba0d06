// SPDX-License-Identifier: Apache-2.0
// Reads the records of a TensorBoard event file, with a checksum of its own.
#pragma once

#include "support/file_bytes.h"

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace fovea::test {

class EventFile {
 public:
  // Throws when a record is torn or its checksum wrong.
  explicit EventFile(const std::string& path) {
    const std::string bytes = file_bytes(path);
    for (size_t at = 0; at < bytes.size();) {
      const std::string length = bytes.substr(at, 8);
      const auto size = number<uint64_t>(length, 0);
      check(length, number<uint32_t>(bytes, at + 8));
      records_.push_back(bytes.substr(at + 12, size));
      check(records_.back(), number<uint32_t>(bytes, at + 12 + size));
      at += 16 + size;
    }
  }

  const std::vector<std::string>& records() const { return records_; }  // Event messages
  // How many records mention `text`.
  int64_t count(const std::string& text) const {
    int64_t count = 0;
    for (const std::string& record : records_) count += record.find(text) != std::string::npos;
    return count;
  }

 private:
  template <class T>
  static T number(const std::string& bytes, size_t at) {
    if (at + sizeof(T) > bytes.size()) throw std::runtime_error("torn record");
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }

  static void check(const std::string& data, uint32_t stored) {
    uint32_t crc = 0xFFFFFFFF;
    for (const char c : data) {
      crc ^= static_cast<uint8_t>(c);
      for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1));
    }
    crc = ~crc;
    if (((crc >> 15 | crc << 17) + 0xA282EAD8) != stored) throw std::runtime_error("bad checksum");
  }

  std::vector<std::string> records_;
};

}  // namespace fovea::test
