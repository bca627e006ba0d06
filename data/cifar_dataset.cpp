// SPDX-License-Identifier: Apache-2.0
#include "cifar_file.h"

#include <fovea/core/error.h>
#include <fovea/data/cifar_dataset.h>
#include <fovea/data/class_names.h>

#include <filesystem>

namespace fovea {

using detail::CifarKind;

namespace {

// The labels that are asked for, as the data set is published.
struct LabelSet {
  const char* names_file;
  int64_t classes;
};

LabelSet label_set(CifarKind kind, CifarLabels labels) {
  if (kind == CifarKind::cifar10) return {"batches.meta.txt", 10};
  if (labels == CifarLabels::coarse) return {"coarse_label_names.txt", 20};
  return {"fine_label_names.txt", 100};
}

std::vector<std::string> names_beside(const std::string& file, const LabelSet& set) {
  const auto path = std::filesystem::path(file).parent_path() / set.names_file;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return numbered_classes(set.classes);
  std::vector<std::string> names = read_class_names(path.string());
  if (static_cast<int64_t>(names.size()) != set.classes) {
    throw DataError(path.string() + ": has " + std::to_string(names.size()) + " names, " +
                    std::to_string(set.classes) + " wanted");
  }
  return names;
}

std::vector<std::string> checked_names(const std::string& file, const LabelSet& set,
                                       std::vector<std::string> names) {
  if (names.empty()) return names_beside(file, set);
  if (static_cast<int64_t>(names.size()) == set.classes) return names;
  throw ConfigError("data.classes has " + std::to_string(names.size()) + " names, but " + file +
                    " has " + std::to_string(set.classes) + " classes");
}

}  // namespace

std::shared_ptr<CifarDataset> CifarDataset::open(const std::vector<std::string>& files,
                                                 CifarLabels labels,
                                                 std::vector<std::string> classes) {
  if (files.empty()) throw ArgumentError("CIFAR: there are no files");
  detail::CifarFile all = detail::read_cifar(files[0]);
  for (size_t i = 1; i < files.size(); i++) {
    const detail::CifarFile file = detail::read_cifar(files[i]);
    if (file.kind != all.kind) {
      throw DataError(files[i] + ": is of " + detail::cifar_name(file.kind) + ", but " + files[0] +
                      " of " + detail::cifar_name(all.kind));
    }
    all.records.insert(all.records.end(), file.records.begin(), file.records.end());
  }
  if (all.kind == CifarKind::cifar10 && labels == CifarLabels::coarse) {
    throw ConfigError(files[0] + ": is of CIFAR-10, which has no coarse labels");
  }
  const LabelSet set = label_set(all.kind, labels);
  const int64_t label_at = all.kind == CifarKind::cifar100 && labels == CifarLabels::fine ? 1 : 0;
  return std::shared_ptr<CifarDataset>(
      new CifarDataset(checked_names(files[0], set, std::move(classes)), std::move(all.records),
                       detail::cifar_record_bytes(all.kind), label_at));
}

CifarDataset::CifarDataset(std::vector<std::string> classes, std::vector<uint8_t> records,
                           int64_t record_bytes, int64_t label_at)
    : Dataset(static_cast<int64_t>(records.size()) / record_bytes,
              {detail::kCifarSide, detail::kCifarSide, 3}, std::move(classes)),
      records_(std::move(records)),
      record_bytes_(record_bytes),
      label_at_(label_at) {}

void CifarDataset::read(int64_t i, Image& out) const {
  out.resize(detail::kCifarSide, detail::kCifarSide, 3);
  const uint8_t* red = record(i) + record_bytes_ - 3 * detail::kCifarPlane;
  uint8_t* to = out.pixels.data();
  for (int64_t p = 0; p < detail::kCifarPlane; p++) {
    for (int64_t c = 0; c < 3; c++) *to++ = red[c * detail::kCifarPlane + p];
  }
}

}  // namespace fovea
