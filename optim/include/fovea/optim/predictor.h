// SPDX-License-Identifier: Apache-2.0
// A trained model put to use: pictures in, classes with probabilities out.
#pragma once

#include <fovea/core/context.h>
#include <fovea/data/image.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/checkpoint.h>

#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct Prediction {
  int64_t label = 0;      // index in the model's classes
  float probability = 0;  // in [0, 1]
};

// For one thread at a time; several can share one model, each with its own context.
class Predictor {
 public:
  // Both must outlive it. Throws DataError when the model is no classifier of pictures.
  Predictor(const Model& model, Context& ctx);

  const Shape& image() const { return image_; }  // (h, w, c) of the pictures it takes

  // The `top` most probable classes, best first; of equals the one with the smaller index. Throws
  // DataError, which begins with `name`, for a picture of another size.
  std::vector<Prediction> predict(const Image& image, int64_t top, const std::string& name);

 private:
  Shape image_;
  Context& ctx_;
  Normalizer normalizer_;
  Execution execution_;
  Tensor x_, p_;
};

}  // namespace fovea
