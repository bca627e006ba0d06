// SPDX-License-Identifier: Apache-2.0
// The pictures that a command is given: files, folders, standard input.
#pragma once

#include <fovea/data/image_file.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::app {

struct InputOptions {
  int64_t channels = 3;  // 1 or 3
  Exif exif = Exif::ignore;
  std::optional<int64_t> first;  // of an idx file's pictures; none: all
};

struct InputPicture {
  std::string name;  // the path, of an idx file with the index, or "standard input"
  const Image& image;
  std::optional<int32_t> truth;  // the label, where an idx file has one
};

// Calls use(picture) for each picture of `inputs`: picture files, idx files, folders (all picture
// files in them and below, in order) and "-", a picture on standard input. One that cannot be read,
// or that `use` throws DataError for, is told on standard error, and the others follow. Returns how
// many these were.
int64_t for_each_picture(const std::vector<std::string>& inputs, const InputOptions& options,
                         const std::function<void(const InputPicture&)>& use);

}  // namespace fovea::app
