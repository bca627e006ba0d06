// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/protobuf_writer.h>

#include <bit>

namespace fovea {

namespace {
enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };
}

void ProtobufWriter::raw_varint(uint64_t value) {
  while (value > 127) {
    text_ += static_cast<char>((value & 127) | 128);
    value >>= 7;
  }
  text_ += static_cast<char>(value);
}

void ProtobufWriter::key(uint32_t field, uint32_t wire_type) {
  raw_varint(uint64_t{field} << 3 | wire_type);
}

ProtobufWriter& ProtobufWriter::varint(uint32_t field, uint64_t value) {
  key(field, kVarint);
  raw_varint(value);
  return *this;
}

ProtobufWriter& ProtobufWriter::fixed(uint32_t field, float value) {
  key(field, kFixed32);
  text_ += little_endian(std::bit_cast<uint32_t>(value));
  return *this;
}

ProtobufWriter& ProtobufWriter::fixed(uint32_t field, double value) {
  key(field, kFixed64);
  text_ += little_endian(std::bit_cast<uint64_t>(value));
  return *this;
}

ProtobufWriter& ProtobufWriter::bytes(uint32_t field, std::string_view value) {
  key(field, kLength);
  raw_varint(value.size());
  text_ += value;
  return *this;
}

ProtobufWriter& ProtobufWriter::packed(uint32_t field, std::span<const double> values) {
  key(field, kLength);
  raw_varint(8 * values.size());
  for (const double value : values) text_ += little_endian(std::bit_cast<uint64_t>(value));
  return *this;
}

}  // namespace fovea
