// SPDX-License-Identifier: Apache-2.0
// Whether bytes are text.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <string_view>

namespace FOVEA_API fovea {

// Bytes of the UTF-8 sequence (RFC 3629) at the front of a non-empty text; 0 when there is none.
size_t utf8_length(std::string_view text);
// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace fovea
