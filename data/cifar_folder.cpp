// SPDX-License-Identifier: Apache-2.0
// Finds CIFAR files in a folder as it is published.
#include "cifar_file.h"

#include <fovea/core/error.h>

#include <filesystem>
#include <set>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTrainOf100 = "train.bin";
constexpr const char* kValOf10 = "test_batch.bin";
constexpr const char* kValOf100 = "test.bin";

std::set<std::string> cifar_names_in(const std::string& folder) {
  std::set<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (has_cifar_name(name)) names.insert(name);
  }
  if (error) throw DataError(folder + ": cannot be listed: " + error.message());
  return names;
}

// data_batch_1.bin to data_batch_N.bin. A gap means an incomplete copy.
std::vector<std::string> batches_among(const std::string& folder,
                                       const std::set<std::string>& names) {
  size_t count = 0;
  for (const std::string& name : names) count += name.starts_with("data_batch") ? 1 : 0;
  std::vector<std::string> batches;
  for (size_t i = 1; i <= count; i++) {
    batches.push_back("data_batch_" + std::to_string(i) + ".bin");
    if (!names.contains(batches.back())) {
      throw DataError(folder + ": " + batches.back() + " is missing; there are " +
                      std::to_string(count) + " files data_batch*.bin");
    }
  }
  return batches;
}

}  // namespace

bool has_cifar_files(const std::string& folder) { return !cifar_names_in(folder).empty(); }

std::vector<std::string> find_cifar_files(const std::string& folder, Split split) {
  const std::set<std::string> names = cifar_names_in(folder);
  const bool train = split == Split::train;
  std::vector<std::string> found;
  if (train) found = batches_among(folder, names);
  if (!train && names.contains(kValOf10)) found = {kValOf10};
  const char* of_100 = train ? kTrainOf100 : kValOf100;
  if (names.contains(of_100)) {
    if (!found.empty()) {
      throw DataError(folder + ": holds CIFAR-10 and CIFAR-100; give the path of a file: " +
                      found[0] + " or " + of_100);
    }
    found = {of_100};
  }
  if (found.empty()) {
    throw DataError(folder + (train ? ": has no data_batch_1.bin or train.bin to train on"
                                    : ": has no test_batch.bin or test.bin to validate on"));
  }
  for (std::string& name : found) name = (fs::path(folder) / name).string();
  return found;
}

}  // namespace fovea::detail
