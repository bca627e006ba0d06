// SPDX-License-Identifier: Apache-2.0
// Pictures that fovea prepare has packed into tar shards; docs/prepared-data.md describes the
// files.
#pragma once

#include <fovea/data/dataset.h>

#include <memory>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Index and shards are mapped into memory: opening reads the index alone, and pictures are brought
// in when they are asked for, in any order.
class ShardDataset final : public Dataset {
 public:
  // `path`: a prepared folder, or its dataset.json. Split::val is its own part of the folder where
  // there is one. `classes`, where given, name the classes as make_dataset() says it of class
  // folders; classes that are numbers take any names. Throws DataError for files that are missing,
  // damaged or do not fit one another, DataError or ConfigError for classes that do not fit.
  static std::shared_ptr<ShardDataset> open(const std::string& path, Split split,
                                            const std::vector<std::string>& classes = {});
  ~ShardDataset() override;

  int32_t label(int64_t i) const override;
  // Checks the picture's CRC-32C.
  void read(int64_t i, Image& image) const override;
  std::string name(int64_t i) const override;

 private:
  struct FOVEA_LOCAL Files;

  ShardDataset(int64_t size, Shape image, std::vector<std::string> classes,
               std::unique_ptr<Files> files);

  std::unique_ptr<Files> files_;
};

}  // namespace fovea
