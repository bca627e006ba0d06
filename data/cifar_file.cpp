// SPDX-License-Identifier: Apache-2.0
#include "cifar_file.h"

#include "file_reader.h"

#include <fovea/core/error.h>

#include <optional>

namespace fovea::detail {

namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{4} << 30;

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::optional<CifarKind> published_kind(const std::string& name) {
  if (!name.ends_with(".bin")) return std::nullopt;
  if (name.starts_with("data_batch") || name == "test_batch.bin") return CifarKind::cifar10;
  if (name == "train.bin" || name == "test.bin") return CifarKind::cifar100;
  return std::nullopt;
}

bool fits(CifarKind kind, uint64_t bytes) {
  return bytes > 0 && bytes % static_cast<uint64_t>(cifar_record_bytes(kind)) == 0;
}

CifarKind kind_of(const std::string& path, uint64_t bytes) {
  const auto fail = [&](const std::string& what) { throw DataError(path + ": " + what); };
  if (bytes == 0) fail("is empty; CIFAR records wanted");
  const std::optional<CifarKind> published = published_kind(file_name(path));
  if (published && !fits(*published, bytes)) {
    const auto record = static_cast<uint64_t>(cifar_record_bytes(*published));
    fail("has " + std::to_string(bytes) + " bytes, not a whole number of " +
         cifar_name(*published) + " records of " + std::to_string(record) + ": record " +
         std::to_string(bytes / record) + ", at byte " + std::to_string(bytes / record * record) +
         ", is cut off");
  }
  if (published) return *published;
  const bool fits10 = fits(CifarKind::cifar10, bytes), fits100 = fits(CifarKind::cifar100, bytes);
  if (fits10 && fits100) {
    fail(
        "may be CIFAR-10 or CIFAR-100 by its size; name it as published: data_batch_1.bin or "
        "train.bin, say");
  }
  if (!fits10 && !fits100) {
    fail("has " + std::to_string(bytes) +
         " bytes: neither whole records of CIFAR-10 (3073 each) nor of CIFAR-100 (3074)");
  }
  return fits10 ? CifarKind::cifar10 : CifarKind::cifar100;
}

void check_labels(const std::string& path, const CifarFile& file) {
  const bool ten = file.kind == CifarKind::cifar10;
  const auto record_bytes = static_cast<size_t>(cifar_record_bytes(file.kind));
  const auto check = [&](size_t at, const char* what, int classes) {
    if (file.records[at] < classes) return;
    throw DataError(path + ": " + what + "label " + std::to_string(file.records[at]) +
                    " of record " + std::to_string(at / record_bytes) + " (byte " +
                    std::to_string(at) + ") is outside the " + std::to_string(classes) +
                    " classes of " + cifar_name(file.kind));
  };
  for (size_t at = 0; at < file.records.size(); at += record_bytes) {
    check(at, ten ? "" : "coarse ", ten ? 10 : 20);
    if (!ten) check(at + 1, "fine ", 100);
  }
}

}  // namespace

CifarFile read_cifar(const std::string& path) {
  CifarFile file;
  file.records = read_whole_file(path, kMaxFileBytes);
  file.kind = kind_of(path, file.records.size());
  check_labels(path, file);
  return file;
}

bool has_cifar_name(const std::string& name) { return published_kind(name).has_value(); }

bool has_cifar_size(uint64_t bytes) {
  return fits(CifarKind::cifar10, bytes) || fits(CifarKind::cifar100, bytes);
}

}  // namespace fovea::detail
