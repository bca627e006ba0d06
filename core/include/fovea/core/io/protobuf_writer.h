// SPDX-License-Identifier: Apache-2.0
// Writes protocol buffers' wire format: fields by number, in the order of the calls.
#pragma once

#include <fovea/core/export.h>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

//   ProtobufWriter value;
//   value.bytes(1, "loss").fixed(2, 0.5f);
//   event.bytes(5, value.str());   // a message is a field of bytes
class ProtobufWriter {
 public:
  ProtobufWriter& varint(uint32_t field, uint64_t value);
  ProtobufWriter& fixed(uint32_t field, float value);
  ProtobufWriter& fixed(uint32_t field, double value);
  ProtobufWriter& bytes(uint32_t field, std::string_view value);
  ProtobufWriter& packed(uint32_t field, std::span<const double> values);

  const std::string& str() const { return text_; }

 private:
  void raw_varint(uint64_t value);
  void key(uint32_t field, uint32_t wire_type);

  std::string text_;
};

// The bytes of a value, least significant first.
template <std::unsigned_integral T>
std::string little_endian(T value) {
  std::string bytes;
  for (size_t i = 0; i < sizeof value; i++) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

}  // namespace fovea
