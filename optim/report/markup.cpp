// SPDX-License-Identifier: Apache-2.0
#include "report/markup.h"

#include <fovea/core/io/png.h>
#include <fovea/core/utf8.h>

#include <cstdint>

namespace fovea::detail {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The markup for a character of `length` bytes at the front; 0: no UTF-8.
std::string_view markup_of(std::string_view text, size_t length) {
  const char c = text[0];
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
  const bool c1 = c == '\xC2' && length == 2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return length == 0 || control || c1 || c == 0x7F ? kReplacement : text.substr(0, length);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string markup;
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    markup += markup_of(text, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return markup;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](size_t i) {
    return i < bytes.size() ? uint32_t{static_cast<uint8_t>(bytes[i])} : 0u;
  };
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (const int shift : {18, 12, 6, 0}) text += kDigits[group >> shift & 63];
  }
  for (size_t pad = 0; pad < (3 - bytes.size() % 3) % 3; pad++) text[text.size() - 1 - pad] = '=';
  return text;
}

std::string element(std::string_view tag, std::string_view attributes, std::string_view content) {
  std::string text = "<" + std::string(tag);
  if (!attributes.empty()) text.append(" ").append(attributes);
  return text.append(">").append(content).append("</").append(tag).append(">");
}

std::string png_of(const Image& image) {
  return encode_png(image.pixels, image.height, image.width, image.channels);
}

std::string png_uri(std::string_view png) { return "data:image/png;base64," + base64(png); }

}  // namespace fovea::detail
