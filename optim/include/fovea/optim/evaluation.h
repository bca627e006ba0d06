// SPDX-License-Identifier: Apache-2.0
// A model held against a data set, sample by sample: scores, confusions, and its worst errors with
// their pictures.
#pragma once

#include <fovea/data/image.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/confusion.h>
#include <fovea/optim/evaluate.h>

#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// A sample that was taken for another class.
struct WrongAnswer {
  uint32_t sample = 0;  // index in its data set
  int64_t truth = 0, predicted = 0;
  float probability_of_truth = 0, probability_of_predicted = 0;  // softmax of the logits
  float loss = 0;
  Image picture;  // as the net saw it; empty when it has neither 1 nor 3 channels
};

struct Evaluation {
  Metrics metrics;
  ConfusionMatrix confusion;       // as wide as the net's output
  std::vector<WrongAnswer> worst;  // the largest losses first
  double seconds = 0;

  double images_per_second() const { return static_cast<double>(metrics.samples) / seconds; }
};

struct EvaluationOptions {
  int64_t batch = 128;  // samples at a time, at most
  size_t worst = 24;    // wrong answers to keep
  // When several processes share the work: of host tensors (evaluate()). All get the same.
  Communicator* processes = nullptr;
};

// One pass over `source`. Throws as check_fit() when the model does not suit it.
Evaluation evaluate(const Model& model, Context& ctx, BatchSource& source,
                    const EvaluationOptions& options = {});

}  // namespace fovea
