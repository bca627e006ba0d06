// SPDX-License-Identifier: Apache-2.0
// Pictures and labels from numpy: an array of images and one of labels, each in a .npy file.
#pragma once

#include <fovea/data/dataset.h>

#include <array>

namespace FOVEA_API fovea {

// The arrays are read into memory once, and stay as they are.
class NpyDataset final : public Dataset {
 public:
  // Images: uint8, shape (n, h, w, c), (n, c, h, w) or (n, h, w), in C or Fortran order, with 1 or
  // 3 channels: the last axis is the channels' when it has 1 or 3 elements, else the second.
  // Labels: any integer type, (n) or (n, 1). An empty `labels_path` means the images' path with a
  // word x put to y, or images to labels. No `classes`: "0", "1", ... up to the largest label.
  // Throws DataError for missing, damaged or foreign files, when the two differ in their number of
  // samples, and for a label that has no class.
  static std::shared_ptr<NpyDataset> open(const std::string& images_path, std::string labels_path,
                                          std::vector<std::string> classes = {});

  int32_t label(int64_t i) const override { return labels_[static_cast<size_t>(i)]; }
  void read(int64_t i, Image& image) const override;

 private:
  using Strides = std::array<int64_t, 4>;  // bytes between neighbours along n, h, w, c

  NpyDataset(Shape image, const Strides& strides, std::vector<std::string> classes,
             std::vector<uint8_t> pixels, std::vector<int32_t> labels);

  Strides strides_;
  std::vector<uint8_t> pixels_;
  std::vector<int32_t> labels_;
};

}  // namespace fovea
