// SPDX-License-Identifier: Apache-2.0
#include "idx_file.h"

#include <fovea/core/error.h>
#include <fovea/data/idx_dataset.h>

#include <algorithm>
#include <cstring>

namespace fovea {

namespace {

void check_labels(const std::string& path, const std::vector<uint8_t>& labels, size_t classes) {
  const auto bad =
      std::find_if(labels.begin(), labels.end(), [&](uint8_t l) { return l >= classes; });
  if (bad == labels.end()) return;
  const int64_t sample = bad - labels.begin();
  throw DataError(path + ": label " + std::to_string(*bad) + " of sample " +
                  std::to_string(sample) + " (byte " +
                  std::to_string(detail::idx_header_bytes(1) + sample) + ") is outside the " +
                  std::to_string(classes) + " classes; \"classes\" in the config names them");
}

}  // namespace

std::shared_ptr<IdxDataset> IdxDataset::open(const std::string& images_path,
                                             std::string labels_path,
                                             std::vector<std::string> classes) {
  detail::IdxFile images = detail::read_idx_images(images_path);
  if (labels_path.empty()) labels_path = detail::idx_labels_path(images_path);
  detail::IdxFile labels = detail::read_idx_labels(labels_path);
  if (images.extents[0] != labels.extents[0]) {
    throw DataError(labels_path + ": has " + std::to_string(labels.extents[0]) + " labels, but " +
                    images_path + " has " + std::to_string(images.extents[0]) + " images");
  }
  check_labels(labels_path, labels.elements, classes.size());
  const Shape shape = {images.extents[1], images.extents[2], 1};
  return std::shared_ptr<IdxDataset>(new IdxDataset(
      shape, std::move(classes), std::move(images.elements), std::move(labels.elements)));
}

IdxDataset::IdxDataset(Shape image, std::vector<std::string> classes, std::vector<uint8_t> pixels,
                       std::vector<uint8_t> labels)
    : Dataset(static_cast<int64_t>(labels.size()), image, std::move(classes)),
      pixels_(std::move(pixels)),
      labels_(std::move(labels)) {}

void IdxDataset::read(int64_t i, Image& out) const {
  out.resize(image()[0], image()[1], 1);
  std::memcpy(out.pixels.data(), pixels_.data() + static_cast<size_t>(i) * out.pixels.size(),
              out.pixels.size());
}

}  // namespace fovea
