// SPDX-License-Identifier: Apache-2.0
// Collects what an evaluation keeps of single samples.
#pragma once

#include <fovea/data/normalizer.h>
#include <fovea/optim/evaluation.h>

namespace fovea {

// Counts confusions and keeps the worst answers, in a heap whose top is the least bad.
class FOVEA_LOCAL AnswerCollector final : public EvaluationObserver {
 public:
  // `image`: (h, w, c) of what the model sees. All must outlive it.
  AnswerCollector(Context& ctx, const Model& model, const Shape& image, size_t worst,
                  Evaluation& evaluation);

  void on_batch(const EvaluatedBatch& batch) override;
  // After the last batch: brings the worst answers into order. `processes`: takes in those of
  // others that share the evaluation, if it is not null.
  void finish(Communicator* processes);

 private:
  bool wanted(const WrongAnswer& answer) const;
  void keep(WrongAnswer answer);
  Image picture(const float* x) const;
  // Softmax of the row's logits, unless the batch has probabilities.
  Tensor probabilities(const EvaluatedBatch& batch, int64_t row);

  Context& ctx_;
  Shape image_;
  Normalizer normalizer_;
  size_t most_;
  Evaluation& evaluation_;
};

}  // namespace fovea
