// SPDX-License-Identifier: Apache-2.0
// Text from outside: is it UTF-8?
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <string_view>

namespace FOVEA_API fovea {

// Bytes of the UTF-8 sequence (RFC 3629) at the front of a non-empty text; 0 when there is none.
size_t utf8_length(std::string_view text);

}  // namespace fovea
