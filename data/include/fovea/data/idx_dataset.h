// SPDX-License-Identifier: Apache-2.0
// The MNIST family: a file of images and a file of labels in idx form, plain or gzip.
#pragma once

#include <fovea/data/dataset.h>

namespace FOVEA_API fovea {

// Both files are unpacked into memory once.
class IdxDataset final : public Dataset {
 public:
  // An empty `labels_path` means the images' path with images-idx3 replaced by labels-idx1, with or
  // without ".gz". Throws DataError for missing, damaged or foreign files, when the two differ in
  // their number of samples, and for a label that has no class.
  static std::shared_ptr<IdxDataset> open(const std::string& images_path, std::string labels_path,
                                          std::vector<std::string> classes);

  int32_t label(int64_t i) const override { return labels_[static_cast<size_t>(i)]; }
  void read(int64_t i, Image& image) const override;

 private:
  IdxDataset(Shape image, std::vector<std::string> classes, std::vector<uint8_t> pixels,
             std::vector<uint8_t> labels);

  std::vector<uint8_t> pixels_, labels_;
};

}  // namespace fovea
