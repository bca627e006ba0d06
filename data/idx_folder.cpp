// SPDX-License-Identifier: Apache-2.0
#include "idx_folder.h"

#include "folder_listing.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

bool is_idx_images(const std::string& name) {
  return name.find("images") != std::string::npos && name.find("idx3") != std::string::npos;
}

bool is_of(Split split, const std::string& name) {
  if (split == Split::train) return name.starts_with("train");
  return name.starts_with("t10k") || name.starts_with("test") || name.starts_with("val");
}

std::vector<std::string> idx_images_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (is_idx_images(name)) names.push_back(name);
  }
  if (error) throw DataError(folder + ": cannot be listed: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

[[noreturn]] void fail_without_data(const std::string& folder) {
  const std::vector<std::string> files = list_folder(folder).files;
  const auto is_picture = [](const auto& name) { return name_kind(name) == NameKind::picture; };
  if (std::any_of(files.begin(), files.end(), is_picture)) {
    throw DataError(folder +
                    ": holds pictures without folders for their classes; give a list of PATH LABEL "
                    "as well, {\"path\": \"val.txt\", \"root\": \"" +
                    folder + "\"}, or put them into a folder for each class");
  }
  throw DataError(
      folder +
      ": is a folder without idx images (a file such as train-images-idx3-ubyte.gz), "
      "CIFAR files (data_batch_1.bin, train.bin) or a folder of pictures for each class");
}

}  // namespace

bool has_idx_images(const std::string& folder) { return !idx_images_in(folder).empty(); }

std::string find_idx_images(const std::string& folder, Split split) {
  const std::vector<std::string> names = idx_images_in(folder);
  if (names.empty()) fail_without_data(folder);
  std::vector<std::string> fitting = names;
  if (names.size() > 1)
    std::erase_if(fitting, [&](const auto& name) { return !is_of(split, name); });
  if (fitting.size() != 1) {
    throw DataError(folder + ": which of its idx images is meant? Give the path of one: " +
                    join(fitting.empty() ? names : fitting));
  }
  return (fs::path(folder) / fitting[0]).string();
}

}  // namespace fovea::detail
