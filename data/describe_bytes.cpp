// SPDX-License-Identifier: Apache-2.0
#include "describe_bytes.h"

#include <algorithm>
#include <string_view>

namespace fovea::detail {

namespace {

struct Signature {
  std::string_view start, kind;
};

constexpr Signature kSignatures[] = {
    {"\x1f\x8b", "gzip"},
    {"PK\x03\x04", "a zip file"},
    {"\x89PNG", "a PNG picture"},
    {"\xff\xd8\xff", "a JPEG picture"},
    {"GIF8", "a GIF picture"},
    {"RIFF", "a RIFF file, such as WebP"},
    {"II*", "a TIFF picture"},
    {"MM\0*", "a TIFF picture"},
    {"\x93NUMPY", "a numpy array"},
    {"BZh", "bzip2"},
    {"\xfd"
     "7zXZ",
     "xz"},
    {"\x28\xb5\x2f\xfd", "zstd"},
    {"%PDF", "a PDF document"},
    {"\x89HDF", "an HDF5 file"},
    {"\x80\x02", "a Python pickle"},
    {"\x80\x03", "a Python pickle"},
    {"\x80\x04", "a Python pickle"},
    {"\x80\x05", "a Python pickle"},
};

std::string hex_pairs(std::string_view bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (!text.empty()) text += ' ';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string describe_bytes(std::span<const uint8_t> start) {
  if (start.empty()) return "is empty";
  const std::string_view text(reinterpret_cast<const char*>(start.data()),
                              std::min<size_t>(start.size(), 12));
  for (const Signature& signature : kSignatures) {
    if (text.starts_with(signature.start)) {
      return "starts with " + hex_pairs(signature.start) + " (" + std::string(signature.kind) + ")";
    }
  }
  const std::string_view word = text.substr(0, text.find_first_of("\r\n"));
  if (!word.empty() && std::all_of(word.begin(), word.end(), printable)) {
    return "starts with \"" + std::string(word) + "\"";
  }
  return "starts with " + hex_pairs(text);
}

}  // namespace fovea::detail
