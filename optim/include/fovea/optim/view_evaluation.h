// SPDX-License-Identifier: Apache-2.0
// Evaluation by means: of several views of each picture, of several models.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/views.h>
#include <fovea/optim/evaluation.h>

#include <cstdint>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// What the mean is taken of.
enum class Averaged : uint8_t { probabilities, logits };

template <>
inline constexpr auto kEnumNames<Averaged> = std::to_array<EnumName<Averaged>>(
    {{"probabilities", Averaged::probabilities}, {"logits", Averaged::logits}});

// A config's "eval": how fovea eval looks at pictures.
struct EvalOptions {
  int64_t crops = 1;            // the centre, or AlexNet's 10
  std::vector<CropView> views;  // in their place
  Averaged average = Averaged::probabilities;

  static Fields<EvalOptions> fields();
  bool has_many() const { return crops > 1 || !views.empty(); }
  // None: pictures as the model's own preprocessing shows them. Throws ConfigError when they do not
  // lie in the picture.
  std::vector<CropView> views_of(ImageSize picture, ImageSize input) const;
};

// One of the models, and the pictures as it wants them: view by view, `source.views()` of each
// sample.
struct ViewedModel {
  const Model& model;
  BatchSource& source;
};

// Throws ConfigError when the models do not have the same classes in the same order.
void check_same_classes(std::span<const ViewedModel> models);

// One pass over the sources, which give the same samples in the same batches. The score of a class
// is the mean of its softmax probabilities, or logits, over all models and views: added in the
// order of models, then views, and divided by their number. The loss of averaged probabilities is
// -log of the label's, at least 2^-126. Nothing is allocated from the second batch on, but for
// wrong answers that are kept. Throws as check_fit(), and ConfigError when classes differ.
Evaluation evaluate_views(std::span<const ViewedModel> models, Averaged average, Context& ctx,
                          const EvaluationOptions& options = {});

}  // namespace fovea
