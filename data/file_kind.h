// SPDX-License-Identifier: Apache-2.0
// What kind of data set a path holds.
#pragma once

#include <cstdint>
#include <string>

namespace fovea::detail {

enum class FileKind : uint8_t { idx, cifar, npy, class_folders, list, prepared, tar };

// By content where the kind has a mark; CIFAR has none and is told by ".bin", or by its size. Lists
// are told by their names. A folder is looked through for published names, then for folders. Throws
// DataError when it is none of them.
FileKind file_kind(const std::string& path);

// Whether it holds picture files, which may be of any size.
bool has_picture_files(FileKind kind);

}  // namespace fovea::detail
