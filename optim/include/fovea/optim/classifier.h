// SPDX-License-Identifier: Apache-2.0
// A trained model for programs that serve it: load once, classify from any number of threads.
#pragma once

#include <fovea/optim/predictor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct ClassifierOptions {
  int threads = 1;     // that each call computes on; 0: all processors this process may use
  int64_t batch = 32;  // the most pictures that go through the net together, for memory's sake
  Device device = Device::cpu();
};

// All const functions may be called by several threads at once. Calls that run at the same time
// have memory of their own, which later calls use again; the weights are shared.
class Classifier {
 public:
  // Throws DataError when the model is no classifier of pictures, ArgumentError for options out of
  // range.
  explicit Classifier(Model model, const ClassifierOptions& options = {});
  // From a model file, or the folder of a run (its best checkpoint). Throws DataError when it is
  // missing, damaged or no model.
  static Classifier load(const std::string& path, const ClassifierOptions& options = {});
  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

  const Model& model() const;
  Shape image() const;                          // (h, w, c) of the pictures that it takes
  int64_t classes() const;                      // numbers that the net puts out
  std::string class_name(int64_t label) const;  // the number itself where it has no name

  // The `top` most probable classes, best first, as Predictor::predict(). Throw DataError when the
  // picture cannot be decoded or its size does not suit; the message begins with the path, or with
  // `name`.
  std::vector<Prediction> classify(const Image& image, int64_t top,
                                   const std::string& name = "picture") const;
  std::vector<Prediction> classify_file(const std::string& path, int64_t top) const;
  // An encoded picture in memory: a whole JPEG, PNG, BMP, PGM or PPM file.
  std::vector<Prediction> classify_encoded(std::span<const uint8_t> bytes, int64_t top,
                                           const std::string& name = "picture") const;

  // The probabilities of all classes, of as many pictures as there are in `pixels`: rows from the
  // top, channels innermost, one picture after the other. Throws ArgumentError when the sizes of
  // the two do not fit.
  void probabilities(std::span<const uint8_t> pixels, std::span<float> probabilities) const;

 private:
  struct FOVEA_LOCAL Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fovea
