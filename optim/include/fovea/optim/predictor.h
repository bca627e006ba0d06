// SPDX-License-Identifier: Apache-2.0
// A trained model put to use: pictures in, classes with probabilities out.
#pragma once

#include <fovea/core/context.h>
#include <fovea/data/image.h>
#include <fovea/data/normalizer.h>
#include <fovea/data/resize.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/checkpoint.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct Prediction {
  int64_t label = 0;      // index in the model's classes
  float probability = 0;  // in [0, 1]
};

// The `top` largest of a picture's probabilities, best first; of equals the one with the smaller
// index.
std::vector<Prediction> best_predictions(std::span<const float> probabilities, int64_t top);

// For one thread at a time; several can share one model, each with its own context. Classifier does
// that for you.
class Predictor {
 public:
  // Plans memory for `batch` pictures at a time. Model and context must outlive it. Throws
  // DataError when the model is no classifier of pictures.
  Predictor(const Model& model, Context& ctx, int64_t batch = 1);

  const Shape& image() const { return image_; }         // (h, w, c) of the pictures it takes
  int64_t classes() const { return p_.shape()[1]; }     // numbers that the net puts out
  int64_t batch() const { return execution_.batch(); }  // the most pictures in one call

  // (n, classes) on the host: the probabilities of n pictures in 1..batch(), a view that holds
  // until the next call. `pixels`: the pictures one after the other, rows from the top, channels
  // innermost. Throws ArgumentError for another number of bytes. On the CPU it allocates nothing.
  Tensor probabilities(std::span<const uint8_t> pixels);

  // The `top` most probable classes of one picture. A model that was trained with "resize" takes
  // pictures of any size, and does to them what evaluation did. One that was trained on crops also
  // takes pictures as large as those that were cropped, and looks at their centre. Throws
  // DataError, which begins with `name`, for a picture of another size, or with other channels.
  std::vector<Prediction> predict(const Image& image, int64_t top, const std::string& name);

 private:
  // As the net takes them.
  const Image& fitted(const Image& image, const std::string& name);
  const Image& cropped(const Image& image, const std::string& name);

  Shape image_;
  Context& ctx_;
  std::optional<int64_t> resize_;
  std::optional<EvaluationCrop> crop_;
  Normalizer normalizer_;
  Execution execution_;
  Tensor x_, p_;
  Resizer resizer_;
  Image resized_, cropped_, spare_;
};

}  // namespace fovea
