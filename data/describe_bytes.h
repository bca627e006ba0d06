// SPDX-License-Identifier: Apache-2.0
// For messages about foreign files: what their first bytes look like.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace fovea::detail {

// `starts with 50 4b 03 04 (a zip file)` or `starts with "<!DOCTYPE"` or `is empty`; looks at no
// more than the first 12 bytes.
std::string describe_bytes(std::span<const uint8_t> start);

}  // namespace fovea::detail
