// SPDX-License-Identifier: Apache-2.0
// CIFAR-10 and CIFAR-100 in their binary version.
#pragma once

#include <fovea/data/dataset.h>

namespace FOVEA_API fovea {

// Which labels of CIFAR-100: its 100 classes, or the 20 groups of them.
enum class CifarLabels : uint8_t { fine, coarse };

// All files are read into memory once, and stay as they are.
class CifarDataset final : public Dataset {
 public:
  // The records of `files`, one after the other; all of one kind. No `classes`: those of
  // batches.meta.txt, fine_label_names.txt or coarse_label_names.txt beside the first file, else
  // numbers. Throws DataError for missing or damaged files, ConfigError when `classes` are not as
  // many as the data set's, or coarse labels are asked of CIFAR-10.
  static std::shared_ptr<CifarDataset> open(const std::vector<std::string>& files,
                                            CifarLabels labels = CifarLabels::fine,
                                            std::vector<std::string> classes = {});

  int32_t label(int64_t i) const override { return record(i)[label_at_]; }
  void read(int64_t i, Image& image) const override;

 private:
  CifarDataset(std::vector<std::string> classes, std::vector<uint8_t> records, int64_t record_bytes,
               int64_t label_at);

  const uint8_t* record(int64_t i) const { return records_.data() + i * record_bytes_; }

  std::vector<uint8_t> records_;
  int64_t record_bytes_, label_at_;  // bytes of a record, and where in it the label is
};

}  // namespace fovea
