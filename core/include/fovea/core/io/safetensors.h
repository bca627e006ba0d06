// SPDX-License-Identifier: Apache-2.0
// Safetensors files: named tensors and string metadata. Format: a 64-bit little-endian header
// length, a JSON header, the tensors' bytes without gaps (github.com/huggingface/safetensors).
#pragma once

#include <fovea/core/tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace FOVEA_API fovea {

using SafetensorsMetadata = std::map<std::string, std::string>;

// A tensor as the header lists it; its type may be one that no Tensor holds ("F16").
struct SafetensorsEntry {
  std::string name;
  std::string dtype;  // "F32"
  std::vector<int64_t> extents;
  uint64_t begin = 0, end = 0;  // bytes, from the start of the data

  std::string to_string() const;  // "F32 [96,11,11,3]"
};

// An open file whose header has been checked completely; tensors are read when asked for, and held
// against their checksum where the file has one. Damaged files are DataErrors that name the file
// and the tensor or offset; memory stays below a small multiple of the header, which is at most 100
// MB.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(std::string path);
  ~SafetensorsFile();
  SafetensorsFile(SafetensorsFile&&) noexcept;
  SafetensorsFile& operator=(SafetensorsFile&&) noexcept;

  const std::string& path() const;
  const SafetensorsMetadata& metadata() const;
  std::span<const SafetensorsEntry> entries() const;  // in the order of the data
  const SafetensorsEntry* find(std::string_view name) const;

  // A new tensor. DataError when there is none of this name, or its type is not f32, f64, bf16, u8
  // or i32.
  Tensor read(std::string_view name) const;
  // Into existing memory, on any device. DataError also when type or shape differ from the
  // tensor's.
  void read_into(std::string_view name, const Tensor& tensor) const;

 private:
  struct FOVEA_LOCAL Impl;
  std::unique_ptr<Impl> impl_;
};

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

// Whether the metadata gets a CRC-32C of each tensor and of itself, under "crc32c".
enum class SafetensorsChecksums : uint8_t { without, with };

// Writes the file atomically, in the reference's order (wider types first, then by name): the same
// input, on whatever device, gives the same bytes. ArgumentError for a name twice, an empty tensor
// handle, or text that is not UTF-8; SystemError when the disk refuses.
void save_safetensors(const std::string& path, std::span<const NamedTensor> tensors,
                      SafetensorsMetadata metadata = {},
                      SafetensorsChecksums checksums = SafetensorsChecksums::without);

}  // namespace fovea
