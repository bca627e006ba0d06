// SPDX-License-Identifier: Apache-2.0
#include "file_kind.h"

#include "cifar_file.h"
#include "describe_bytes.h"
#include "file_reader.h"
#include "folder_listing.h"
#include "idx_folder.h"
#include "list_file.h"
#include "prepared_info.h"

#include <array>
#include <filesystem>
#include <string_view>

namespace fovea::detail {

FileKind file_kind(const std::string& path) {
  std::error_code ignored;
  if (is_prepared(path)) return FileKind::prepared;
  const bool exists = std::filesystem::exists(path, ignored);
  if (path.ends_with(".tar") || (!exists && path.find('{') != path.npos)) return FileKind::tar;
  if (std::filesystem::is_directory(path, ignored)) {
    if (has_cifar_files(path)) return FileKind::cifar;
    return has_idx_images(path) || !has_folders(path) ? FileKind::idx : FileKind::class_folders;
  }
  if (is_list_file(path)) return FileKind::list;
  FileReader reader(path);
  std::array<uint8_t, 12> bytes{};
  const std::span<const uint8_t> start(bytes.data(), reader.read(bytes));
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (text.starts_with("\x93NUMPY") || path.ends_with(".npy")) return FileKind::npy;
  if (path.ends_with(".bin") && !reader.gzip()) return FileKind::cifar;
  const std::string name = std::filesystem::path(path).filename();
  const bool idx_magic = text.size() >= 4 && text[0] == 0 && text[1] == 0 && text[2] >= 8 &&
                         text[2] <= 14 && text[3] >= 1 && text[3] <= 4;
  if (idx_magic || name.find("idx") != name.npos) return FileKind::idx;
  if (!reader.gzip() && has_cifar_size(reader.size_limit())) return FileKind::cifar;
  reader.fail(
      "is no data set that can be read (idx, CIFAR in its binary version, .npy, a .txt that lists "
      "pictures): it " +
      describe_bytes(start) + (reader.gzip() ? " after unpacking" : ""));
}

bool has_picture_files(FileKind kind) {
  return kind == FileKind::class_folders || kind == FileKind::list || kind == FileKind::tar;
}

}  // namespace fovea::detail
