// SPDX-License-Identifier: Apache-2.0
// Data sets from options: the one place that knows every kind of them.
#include "cifar_file.h"
#include "class_matching.h"
#include "file_kind.h"
#include "folder_dataset.h"
#include "idx_folder.h"
#include "list_file.h"
#include "prepared_info.h"
#include "skipping_dataset.h"
#include "tar_dataset.h"

#include <fovea/core/error.h>
#include <fovea/data/cifar_dataset.h>
#include <fovea/data/data_options.h>
#include <fovea/data/idx_dataset.h>
#include <fovea/data/npy_dataset.h>
#include <fovea/data/shard_dataset.h>

#include <filesystem>

namespace fovea {

namespace {

constexpr int64_t kIdxClasses = 10;

Shape square(int64_t size, const Dataset& dataset) { return {size, size, dataset.image()[2]}; }

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

std::shared_ptr<const Dataset> open_idx(const DataPath& files, Split split,
                                        std::vector<std::string> classes) {
  if (classes.empty()) classes = numbered_classes(kIdxClasses);
  const std::string images =
      is_folder(files.path) ? detail::find_idx_images(files.path, split) : files.path;
  return IdxDataset::open(images, files.labels, std::move(classes));
}

std::shared_ptr<const Dataset> open_cifar(const DataPath& files, Split split,
                                          std::vector<std::string> classes) {
  if (!files.labels.empty()) {
    throw ConfigError(files.path + ": CIFAR files hold their labels; leave \"labels\" out");
  }
  const std::vector<std::string> paths = is_folder(files.path)
                                             ? detail::find_cifar_files(files.path, split)
                                             : std::vector<std::string>{files.path};
  return CifarDataset::open(paths, files.cifar100_labels, std::move(classes));
}

std::shared_ptr<const Dataset> open_class_folders(const DataPath& files, Split split,
                                                  const std::vector<std::string>& classes,
                                                  const PictureOptions& pictures) {
  if (!files.labels.empty()) {
    throw ConfigError(files.path + ": the folders are the labels; leave \"labels\" out");
  }
  SampleList samples = list_image_folder(files.path);
  detail::match_classes(samples, classes, split);
  return std::make_shared<detail::FolderDataset>(std::move(samples), pictures);
}

std::shared_ptr<const Dataset> open_list(const DataPath& files, std::vector<std::string> classes,
                                         const PictureOptions& pictures) {
  if (!files.labels.empty()) {
    throw ConfigError(files.path + ": the list holds the labels; leave \"labels\" out");
  }
  SampleList samples = detail::read_list_file(files.path, files.root, std::move(classes));
  return std::make_shared<detail::FolderDataset>(std::move(samples), pictures);
}

std::shared_ptr<const Dataset> open(const DataPath& files, Split split,
                                    std::vector<std::string> classes,
                                    const PictureOptions& pictures) {
  switch (detail::file_kind(files.path)) {
    case detail::FileKind::cifar:
      return open_cifar(files, split, std::move(classes));
    case detail::FileKind::npy:
      return NpyDataset::open(files.path, files.labels, std::move(classes));
    case detail::FileKind::class_folders:
      return open_class_folders(files, split, classes, pictures);
    case detail::FileKind::list:
      return open_list(files, std::move(classes), pictures);
    case detail::FileKind::prepared:
      return ShardDataset::open(files.path, split, classes);
    case detail::FileKind::tar:
      return detail::TarDataset::open(files.path, std::move(classes), pictures);
    case detail::FileKind::idx:
      break;
  }
  return open_idx(files, split, std::move(classes));
}

std::shared_ptr<const Dataset> open(const SyntheticOptions& options, Split split,
                                    std::vector<std::string> classes, const PictureOptions&) {
  const auto names = static_cast<int64_t>(classes.size());
  if (names != 0 && names != options.classes) {
    throw ConfigError("data.classes has " + std::to_string(names) +
                      " names, but the synthetic data " + std::to_string(options.classes) +
                      " classes");
  }
  return std::make_shared<SyntheticDataset>(options, split, std::move(classes));
}

}  // namespace

std::shared_ptr<const Dataset> make_dataset(const DataOrigin& origin, Split split,
                                            std::vector<std::string> classes,
                                            const PictureOptions& pictures) {
  auto dataset = std::visit(
      [&](const auto& kind) { return open(kind, split, std::move(classes), pictures); }, origin);
  const bool done = !pictures.resize || dataset->image() == square(*pictures.resize, *dataset);
  if (!done) dataset = detail::resized(std::move(dataset), *pictures.resize);
  if (pictures.bad_files == BadFiles::skip)
    dataset = std::make_shared<detail::SkippingDataset>(std::move(dataset));
  return dataset;
}

}  // namespace fovea
