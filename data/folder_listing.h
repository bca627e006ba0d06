// SPDX-License-Identifier: Apache-2.0
// The entries of a folder, without a system call for each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

struct FolderListing {
  std::vector<std::string> folders, files;  // sorted byte by byte; links count as what they lead to
  uint64_t device = 0, inode = 0;           // of the folder itself
};

// Throws DataError when it cannot be read.
FolderListing list_folder(const std::string& path);

// By the ending of a name, in any case.
enum class NameKind : uint8_t { picture, unsupported_picture, other };
NameKind name_kind(std::string_view name);

// Whether a folder holds at least one folder that is not hidden.
bool has_folders(const std::string& path);

}  // namespace fovea::detail
