// SPDX-License-Identifier: Apache-2.0
// Pictures in tar archives as the webdataset package writes them.
#pragma once

#include "picture_reader.h"
#include "tar_samples.h"

#include <fovea/core/io/mapped_file.h>
#include <fovea/data/dataset.h>

#include <memory>
#include <string>
#include <vector>

namespace fovea::detail {

// The archives are mapped into memory and looked through once, when they are opened.
class TarDataset final : public Dataset {
 public:
  // `pattern` names archives as expand_braces() has it. Without `classes` they are numbers up to
  // the largest label. Without pictures.resize all pictures must be as large as the first one.
  // Throws DataError, or ConfigError when a label has no class.
  static std::shared_ptr<TarDataset> open(const std::string& pattern,
                                          std::vector<std::string> classes,
                                          const PictureOptions& pictures);

  int32_t label(int64_t i) const override { return sample(i).label; }
  void read(int64_t i, Image& image) const override;
  void read_whole(int64_t i, Image& image) const override;
  std::string name(int64_t i) const override;

 private:
  struct Files {
    std::vector<MappedFile> archives;
    std::vector<TarSample> samples;
  };

  TarDataset(Files files, Shape image, std::vector<std::string> classes,
             const PictureOptions& pictures);

  static void decode(const Files& files, int64_t i, const PictureOptions& pictures,
                     PictureReader& reader, Image& image);
  static std::string name_in(const Files& files, int64_t i);
  const TarSample& sample(int64_t i) const { return files_.samples[static_cast<size_t>(i)]; }

  Files files_;
  PictureOptions pictures_;
  PictureReaders readers_;
};

}  // namespace fovea::detail
