// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors_checksums.h"
#include "io/safetensors_header.h"
#include "io/safetensors_types.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/io/safetensors.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

namespace fovea {

namespace {

using Json = nlohmann::ordered_json;

// Wider types first, as the reference orders them; then by name.
bool goes_before(const NamedTensor* a, const NamedTensor* b) {
  const auto rank = [](const NamedTensor* named) {
    return detail::safetensors_type(named->tensor.dtype()) - detail::kSafetensorsTypes;
  };
  return std::pair(-rank(a), std::string_view(a->name)) <
         std::pair(-rank(b), std::string_view(b->name));
}

std::vector<const NamedTensor*> in_file_order(std::span<const NamedTensor> tensors) {
  std::vector<const NamedTensor*> order;
  std::set<std::string_view> names;
  for (const NamedTensor& named : tensors) {
    if (named.tensor.empty())
      throw ArgumentError("safetensors: \"" + named.name + "\" is no tensor");
    if (named.name == "__metadata__")
      throw ArgumentError("safetensors: no tensor can have this name: __metadata__");
    if (!names.insert(named.name).second)
      throw ArgumentError("safetensors: \"" + named.name + "\" is given twice");
    order.push_back(&named);
  }
  std::sort(order.begin(), order.end(), goes_before);
  return order;
}

std::vector<NamedTensor> on_host(std::span<const NamedTensor> tensors) {
  std::vector<NamedTensor> here;
  for (const auto& [name, tensor] : tensors) here.push_back({name, tensor.to(Device::cpu())});
  return here;
}

std::string header_json(const std::vector<const NamedTensor*>& order,
                        const SafetensorsMetadata& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t position = 0;
  for (const NamedTensor* named : order) {
    const Tensor& tensor = named->tensor;
    const uint64_t end = position + tensor.bytes();
    const auto extents = tensor.shape().extents();
    header.push_back({named->name,
                      {{"dtype", detail::safetensors_type(tensor.dtype())->name},
                       {"shape", std::vector(extents.begin(), extents.end())},
                       {"data_offsets", {position, end}}}});
    position = end;
  }
  std::string json = header.dump();
  json.resize((json.size() + 7) / 8 * 8, ' ');  // the data starts at a multiple of 8
  return json;
}

}  // namespace

void save_safetensors(const std::string& path, std::span<const NamedTensor> given,
                      SafetensorsMetadata metadata, SafetensorsChecksums checksums) {
  const std::vector<NamedTensor> tensors = on_host(given);
  const auto order = in_file_order(tensors);
  std::string json;
  try {
    if (checksums == SafetensorsChecksums::with)
      metadata[detail::kChecksumKey] = detail::checksums_json(tensors, metadata);
    json = header_json(order, metadata);
  } catch (const Json::exception&) {
    throw ArgumentError("safetensors: a name or text is not UTF-8");
  }
  if (json.size() > detail::kMaxSafetensorsHeader) {
    throw ArgumentError("safetensors: names and metadata take " + std::to_string(json.size()) +
                        " bytes; the format allows 100000000");
  }
  const auto length = std::bit_cast<std::array<std::byte, 8>>(uint64_t{json.size()});
  AtomicFile file(path);
  file.write(length);
  file.write(json);
  for (const NamedTensor* named : order) {
    file.write({static_cast<const std::byte*>(named->tensor.raw()), named->tensor.bytes()});
  }
  file.commit();
}

}  // namespace fovea
