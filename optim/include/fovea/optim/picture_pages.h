// SPDX-License-Identifier: Apache-2.0
// Pages of pictures with what nets say of them. Each is self-contained HTML: no script, no
// reference to anything outside; any text may be in names.
#pragma once

#include <fovea/data/data_options.h>
#include <fovea/optim/predictor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Pictures with bars of their most probable classes, as the paper's figure 4 (left), the right one
// in a colour of its own where it is known. Writes predictions.html, and for each further hundred
// of pictures predictions-2.html and so on.
class PredictionPages {
 public:
  // Makes the folder. Throws SystemError.
  PredictionPages(std::string folder, std::vector<std::string> classes);

  void add(const std::string& name, const Image& picture, std::span<const Prediction> predictions,
           std::optional<int32_t> truth);
  // Writes the last page; the paths of all.
  std::vector<std::string> finish();

 private:
  void write_page();

  std::string folder_;
  std::vector<std::string> classes_;
  std::string figures_;
  int64_t count_ = 0;  // on this page
  std::vector<std::string> files_;
};

// A picture and those that are nearest to it.
struct SimilarPictures {
  struct Member {
    std::string name;
    Image picture;
    float distance = 0;
  };
  std::vector<Member> members;  // the picture itself first
};

// Rows of pictures, as the paper's figure 4 (right).
std::string neighbours_html(const std::string& title, std::span<const SimilarPictures> rows);

// A training batch to be looked at before a long run.
struct BatchPreview {
  std::string png;                   // the first pictures, as augmentation and lighting left them
  std::string html;                  // the same, each with its class
  std::vector<float> mean, std_dev;  // of each channel of what the net sees
};

// Of the first batch of a run, up to 64 pictures. Throws as make_train_source(), and ConfigError
// for pictures with other than 1 or 3 channels.
BatchPreview preview_batch(const DataOptions& data, int64_t batch_size, uint64_t seed);

}  // namespace fovea
