// SPDX-License-Identifier: Apache-2.0
#include "file_reader.h"
#include "idx_file.h"

#include <fovea/core/error.h>
#include <fovea/data/image_file.h>
#include <fovea/data/picture_file.h>

#include <array>

namespace fovea {

namespace {

// No picture format is gzip, or begins with two zeros.
bool looks_like_idx(const std::string& path) {
  detail::FileReader reader(path);
  std::array<uint8_t, 3> start{1, 1, 1};
  return reader.gzip() || (reader.read(start) == 3 && start[0] == 0 && start[1] == 0);
}

// Empty when there is no file of labels.
std::string labels_beside(const std::string& images_path) {
  try {
    return detail::idx_labels_path(images_path);
  } catch (const DataError&) {
    return "";
  }
}

}  // namespace

PictureFile::PictureFile(const std::string& path, int64_t channels, Exif exif)
    : idx_(looks_like_idx(path)) {
  if (idx_) {
    read_idx(path);
    return;
  }
  Image image = load_image(path, channels, exif);
  height_ = image.height;
  width_ = image.width;
  channels_ = image.channels;
  pixels_ = std::move(image.pixels);
}

void PictureFile::read_idx(const std::string& path) {
  detail::IdxFile images = detail::read_idx_images(path);
  size_ = images.extents[0];
  height_ = images.extents[1];
  width_ = images.extents[2];
  channels_ = 1;
  pixels_ = std::move(images.elements);
  const std::string labels_path = labels_beside(path);
  if (labels_path.empty()) return;
  labels_ = detail::read_idx_labels(labels_path).elements;
  if (static_cast<int64_t>(labels_.size()) != size_) {
    throw DataError(labels_path + ": has " + std::to_string(labels_.size()) + " labels, but " +
                    path + " has " + std::to_string(size_) + " images");
  }
}

Image PictureFile::picture(int64_t i) const {
  Image image;
  image.resize(height_, width_, channels_);
  const auto begin = pixels_.begin() + i * static_cast<int64_t>(image.pixels.size());
  image.pixels.assign(begin, begin + static_cast<int64_t>(image.pixels.size()));
  return image;
}

std::optional<int32_t> PictureFile::label(int64_t i) const {
  return labels_.empty() ? std::nullopt : std::optional<int32_t>(labels_[static_cast<size_t>(i)]);
}

}  // namespace fovea
