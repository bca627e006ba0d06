// SPDX-License-Identifier: Apache-2.0
// The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): records without a header, each
// one label byte (CIFAR-10) or two (CIFAR-100: coarse, fine), then 32x32 red, green and blue
// values.
#pragma once

#include <fovea/data/dataset.h>

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

enum class CifarKind : uint8_t { cifar10, cifar100 };

inline constexpr int64_t kCifarSide = 32, kCifarPlane = kCifarSide * kCifarSide;

constexpr const char* cifar_name(CifarKind kind) {
  return kind == CifarKind::cifar10 ? "CIFAR-10" : "CIFAR-100";
}
constexpr int64_t cifar_label_bytes(CifarKind kind) { return kind == CifarKind::cifar10 ? 1 : 2; }
constexpr int64_t cifar_record_bytes(CifarKind kind) {
  return cifar_label_bytes(kind) + 3 * kCifarPlane;
}

struct CifarFile {
  CifarKind kind = CifarKind::cifar10;
  std::vector<uint8_t> records;
};

// The size tells the kind; where it leaves a choice, or the file has a published name, the name
// does. Throws DataError unless the file holds whole records, at least one, with labels in range.
CifarFile read_cifar(const std::string& path);

// Whether a file of this name and size would be one of them.
bool has_cifar_name(const std::string& name);
bool has_cifar_size(uint64_t bytes);

// The files of a split in a folder as published: data_batch_1.bin, 2, ... or train.bin (train),
// test_batch.bin or test.bin (val). Throws DataError when there are none, or one is missing.
std::vector<std::string> find_cifar_files(const std::string& folder, Split split);
bool has_cifar_files(const std::string& folder);

}  // namespace fovea::detail
