// SPDX-License-Identifier: Apache-2.0
#include "folder_listing.h"

#include <fovea/core/error.h>

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

namespace fovea::detail {

namespace {

[[noreturn]] void fail(const std::string& path) {
  throw DataError(path + ": cannot be listed: " + std::generic_category().message(errno));
}

bool leads_to_folder(DIR* folder, const dirent& entry) {
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status;
  return fstatat(dirfd(folder), entry.d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace

FolderListing list_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), closedir);
  struct stat status;
  if (!folder || fstat(dirfd(folder.get()), &status) != 0) fail(path);
  FolderListing listing;
  listing.device = status.st_dev;
  listing.inode = status.st_ino;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    (leads_to_folder(folder.get(), *entry) ? listing.folders : listing.files).emplace_back(name);
  }
  if (errno != 0) fail(path);
  std::sort(listing.folders.begin(), listing.folders.end());
  std::sort(listing.files.begin(), listing.files.end());
  return listing;
}

NameKind name_kind(std::string_view name) {
  constexpr size_t kLongest = 5;  // ".jpeg"
  std::string ending(name.substr(name.size() - std::min(name.size(), kLongest)));
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (ends_with_any(ending, {".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".pgm"}))
    return NameKind::picture;
  return ends_with_any(ending, {".webp", ".tif", ".tiff", ".gif", ".avif", ".heic"})
             ? NameKind::unsupported_picture
             : NameKind::other;
}

bool has_folders(const std::string& path) {
  const std::vector<std::string> folders = list_folder(path).folders;
  return std::any_of(folders.begin(), folders.end(),
                     [](const std::string& name) { return !name.starts_with('.'); });
}

}  // namespace fovea::detail
