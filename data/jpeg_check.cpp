// SPDX-License-Identifier: Apache-2.0
#include "jpeg_check.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string_view>

namespace fovea::detail {

namespace {

// The second byte of markers.
constexpr uint8_t kStartOfImage = 0xd8, kEndOfImage = 0xd9, kStartOfScan = 0xda, kApp1 = 0xe1;
constexpr uint8_t kArithmeticTables = 0xcc, kHuffmanTables = 0xc4, kReserved = 0xc8;

bool is_restart(uint8_t code) { return code >= 0xd0 && code <= 0xd7; }
bool stands_alone(uint8_t code) {
  return code == 0x01 || code == kStartOfImage || is_restart(code);
}
bool is_frame(uint8_t code) {
  return code >= 0xc0 && code <= 0xcf && code != kHuffmanTables && code != kReserved &&
         code != kArithmeticTables;
}

int64_t big_endian_16(const uint8_t* p) { return p[0] << 8 | p[1]; }

[[noreturn]] void fail_truncated(const EncodedImage& file, const std::string& where) {
  file.fail("the JPEG file is truncated: it ends at byte " + std::to_string(file.bytes.size()) +
            " " + where);
}

// Where the code of the next marker stands. What is no marker is passed over, as decoders do it:
// junk between segments, and the pixels, in which ff is followed by 0 or a restart.
size_t next_marker(const EncodedImage& file, size_t at, bool in_pixels) {
  const uint8_t* bytes = file.bytes.data();
  const size_t size = file.bytes.size();
  while (at < size) {
    const void* found = std::memchr(bytes + at, 0xff, size - at);
    if (found == nullptr) break;
    at = static_cast<size_t>(static_cast<const uint8_t*>(found) - bytes) + 1;
    while (at < size && bytes[at] == 0xff) at++;
    if (at < size && bytes[at] != 0 && !is_restart(bytes[at])) return at;
  }
  fail_truncated(file, in_pixels ? "within the pixels, without an end marker (EOI)"
                                 : "before the pixels begin");
}

// The content of the segment whose length stands at `at`.
std::span<const uint8_t> segment_at(const EncodedImage& file, size_t at) {
  const size_t left = file.bytes.size() - at;
  const size_t length = left < 2 ? 2 : static_cast<size_t>(big_endian_16(&file.bytes[at]));
  if (left < 2 || left < length) {
    fail_truncated(file, "within the segment at byte " + std::to_string(at - 2));
  }
  if (length < 2) {
    file.fail("damaged JPEG file: the segment at byte " + std::to_string(at - 2) + " has length " +
              std::to_string(length));
  }
  return file.bytes.subspan(at + 2, length - 2);
}

// Of entropy-coded pixels, at the least: a bit for each block of 8x8 values, another one for its
// end when a block is written at once.
int64_t fewest_bits(std::span<const uint8_t> frame, uint8_t code) {
  const int64_t height = big_endian_16(&frame[1]), width = big_endian_16(&frame[3]);
  const int components = frame[5];
  const uint8_t* sampling = &frame[7];
  int largest_h = 1, largest_v = 1;
  for (int c = 0; c < components; c++) {
    largest_h = std::max(largest_h, sampling[3 * c] >> 4);
    largest_v = std::max(largest_v, sampling[3 * c] & 15);
  }
  int64_t blocks = 0;
  for (int c = 0; c < components; c++) {
    const int h = sampling[3 * c] >> 4, v = sampling[3 * c] & 15;
    const auto across = (width * h + 8 * largest_h - 1) / (8 * largest_h);
    blocks += across * ((height * v + 8 * largest_v - 1) / (8 * largest_v));
  }
  if (code > 0xc2) return 0;  // arithmetic coding goes below
  return code == 0xc2 ? blocks : 2 * blocks;
}

void read_frame(const EncodedImage& file, uint8_t code, std::span<const uint8_t> frame,
                JpegParts& parts) {
  const auto unread = [&](const std::string& what) {
    file.fail("is a JPEG picture " + what + ", which is not read");
  };
  const size_t components = frame.size() < 6 ? 0 : frame[5];
  if (components == 0 || frame.size() < 6 + 3 * components) {
    file.fail("damaged JPEG file: its frame header has " + std::to_string(frame.size()) + " bytes");
  }
  constexpr uint8_t kDecoded[] = {0xc0, 0xc1, 0xc2, 0xc9, 0xca};
  if (std::find(std::begin(kDecoded), std::end(kDecoded), code) == std::end(kDecoded))
    unread(code == 0xc3 ? "without loss"
                        : "of a rare process (SOF" + std::to_string(code - 0xc0) + ")");
  if (frame[0] != 8) unread("of " + std::to_string(frame[0]) + " bits per value");
  if (components != 1 && components != 3 && components != 4)
    unread("of " + std::to_string(components) + " components");
  parts.height = big_endian_16(&frame[1]);
  parts.width = big_endian_16(&frame[3]);
  parts.components = static_cast<int>(components);
  file.check_size(parts.width, parts.height);
  const int64_t needs = fewest_bits(frame, code) / 8;
  if (std::ssize(file.bytes) < needs) {
    fail_truncated(file, "but " + std::to_string(parts.width) + "x" + std::to_string(parts.height) +
                             " pixels need at least " + std::to_string(needs) + " bytes");
  }
}

}  // namespace

JpegParts check_jpeg(const EncodedImage& file) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  JpegParts parts;
  bool in_pixels = false;
  size_t at = 2;
  while (true) {
    at = next_marker(file, at, in_pixels);
    const uint8_t code = file.bytes[at++];
    if (code == kEndOfImage) break;
    if (stands_alone(code)) continue;
    const std::span<const uint8_t> content = segment_at(file, at);
    at += 2 + content.size();
    if (is_frame(code) && parts.components == 0) read_frame(file, code, content, parts);
    if (code == kStartOfScan) in_pixels = true;
    const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
    if (code == kApp1 && parts.exif.empty() && text.starts_with(kExif))
      parts.exif = content.subspan(kExif.size());
  }
  if (parts.components == 0 || !in_pixels) {
    file.fail("damaged JPEG file: its end marker comes before its " +
              std::string(parts.components == 0 ? "frame header" : "pixels"));
  }
  return parts;
}

}  // namespace fovea::detail
