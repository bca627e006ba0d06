// SPDX-License-Identifier: Apache-2.0
// The pictures of one file, to be looked at one by one: an image file holds one, an idx file many.
#pragma once

#include <fovea/data/image.h>
#include <fovea/data/image_file.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

class PictureFile {
 public:
  // Content decides what the file is. An image file is given `channels` (1 or 3) as load_image()
  // does it; idx pictures have one. Throws DataError for a file that is missing, damaged or of
  // another kind.
  PictureFile(const std::string& path, int64_t channels, Exif exif = Exif::ignore);

  bool is_idx() const { return idx_; }
  int64_t size() const { return size_; }
  Image picture(int64_t i) const;
  // Of an idx file whose labels are beside it.
  std::optional<int32_t> label(int64_t i) const;

 private:
  void read_idx(const std::string& path);

  bool idx_ = false;
  int64_t size_ = 1, height_ = 0, width_ = 0, channels_ = 0;  // of each picture
  std::vector<uint8_t> pixels_, labels_;
};

}  // namespace fovea
