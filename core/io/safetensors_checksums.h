// SPDX-License-Identifier: Apache-2.0
// Checksums of a safetensors file, kept in its metadata under "crc32c":
// {"metadata": "e3069283", "tensors": {"conv1.weight": "8a9136aa", ...}}, eight hexadecimal digits
// each.
#pragma once

#include <fovea/core/io/safetensors.h>

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace fovea::detail {

inline constexpr const char* kChecksumKey = "crc32c";

// CRC-32C of some bytes, as text.
std::string checksum_of(std::string_view bytes);

// The text that stands under kChecksumKey.
std::string checksums_json(std::span<const NamedTensor> tensors,
                           const SafetensorsMetadata& metadata);

// The tensors' checksums by name; empty for a file without any. Throws DataError, which starts with
// `path`, when they cannot be read or the metadata's own checksum is another.
std::map<std::string, std::string, std::less<>> read_checksums(const std::string& path,
                                                               const SafetensorsMetadata& metadata);

}  // namespace fovea::detail
