// SPDX-License-Identifier: Apache-2.0
// Pictures in files of their own, decoded when they are asked for.
#pragma once

#include "picture_reader.h"

#include <fovea/data/dataset.h>
#include <fovea/data/sample_list.h>

#include <memory>
#include <string>

namespace fovea::detail {

class FolderDataset final : public Dataset {
 public:
  // Without options.resize all pictures must be as large as the first one.
  FolderDataset(SampleList samples, const PictureOptions& options);

  int32_t label(int64_t i) const override { return samples_.label(i); }
  void read(int64_t i, Image& image) const override;
  void read_whole(int64_t i, Image& image) const override;

  std::string name(int64_t i) const override { return samples_.path(i); }
  std::vector<std::string> notes() const override;

  const SampleList& samples() const { return samples_; }

 private:
  SampleList samples_;
  PictureOptions options_;
  PictureReaders readers_;
};

// The pictures of another data set, resized: the shorter side to `size`, then the centre of as many
// by as many.
std::shared_ptr<const Dataset> resized(std::shared_ptr<const Dataset> dataset, int64_t size);

}  // namespace fovea::detail
