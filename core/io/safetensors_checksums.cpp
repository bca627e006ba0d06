// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors_checksums.h"

#include <fovea/core/error.h>
#include <fovea/core/io/crc32c.h>

#include <nlohmann/json.hpp>

namespace fovea::detail {

namespace {

using Json = nlohmann::json;

// Of every key and value but the checksums themselves.
std::string checksum_of_metadata(const SafetensorsMetadata& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) {
    if (key != kChecksumKey) text += key + '\0' + value + '\0';
  }
  return checksum_of(text);
}

}  // namespace

std::string checksum_of(std::string_view bytes) {
  std::string digits;
  const uint32_t crc = crc32c(bytes);
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[crc >> shift & 15];
  return digits;
}

std::string checksums_json(std::span<const NamedTensor> tensors,
                           const SafetensorsMetadata& metadata) {
  Json json{{"metadata", checksum_of_metadata(metadata)}, {"tensors", Json::object()}};
  for (const auto& [name, tensor] : tensors)
    json["tensors"][name] = checksum_of({static_cast<const char*>(tensor.raw()), tensor.bytes()});
  return json.dump();
}

std::map<std::string, std::string, std::less<>> read_checksums(
    const std::string& path, const SafetensorsMetadata& metadata) {
  std::map<std::string, std::string, std::less<>> checksums;
  const auto text = metadata.find(kChecksumKey);
  if (text == metadata.end()) return checksums;
  try {
    const Json json = Json::parse(text->second);
    if (json.at("metadata") != checksum_of_metadata(metadata)) {
      throw DataError(path +
                      ": its metadata is damaged, or was changed by another program: the checksum "
                      "in \"crc32c\" is another");
    }
    json.at("tensors").get_to(checksums);
  } catch (const Json::exception&) {
    throw DataError(path + ": the checksums in its metadata (\"crc32c\") cannot be read");
  }
  return checksums;
}

}  // namespace fovea::detail
