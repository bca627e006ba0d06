// SPDX-License-Identifier: Apache-2.0
// Text and pictures inside HTML and SVG.
#pragma once

#include <fovea/data/image.h>

#include <string>
#include <string_view>

namespace fovea::detail {

// Any text as character data of HTML or XML, or inside a quoted attribute. Control characters and
// bytes that are not UTF-8, which XML does not allow, become U+FFFD.
std::string escaped(std::string_view text);

std::string base64(std::string_view bytes);  // RFC 4648

// <tag attributes>content</tag>; content is markup.
std::string element(std::string_view tag, std::string_view attributes, std::string_view content);

// The bytes of a PNG file.
std::string png_of(const Image& image);

// A PNG file as the address of a picture: "data:image/png;base64,...".
std::string png_uri(std::string_view png);

}  // namespace fovea::detail
