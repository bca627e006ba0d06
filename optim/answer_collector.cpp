// SPDX-License-Identifier: Apache-2.0
#include "answer_collector.h"

#include "answer_exchange.h"

#include <fovea/core/comm/launch.h>
#include <fovea/kernels/softmax.h>

#include <algorithm>
#include <cmath>

namespace fovea {

namespace {

// Larger first; a loss that is not a number is the worst; of equals the sample that comes first.
bool worse(const WrongAnswer& a, const WrongAnswer& b) {
  const float la = std::isnan(a.loss) ? INFINITY : a.loss;
  const float lb = std::isnan(b.loss) ? INFINITY : b.loss;
  return la > lb || (la == lb && a.sample < b.sample);
}

// The class that Metrics counts as first: the largest score, of equals the one with the smaller
// index; a NaN counts as larger than any.
int64_t first_class(std::span<const float> scores) {
  const auto largest = std::max_element(scores.begin(), scores.end(), [](float a, float b) {
    return !std::isnan(a) && (std::isnan(b) || a < b);
  });
  return largest - scores.begin();
}

}  // namespace

AnswerCollector::AnswerCollector(Context& ctx, const Model& model, const Shape& image, size_t worst,
                                 Evaluation& evaluation)
    : ctx_(ctx),
      image_(image),
      normalizer_(model.info.preprocessing, image[2], {image[0], image[1]}),
      most_(worst),
      evaluation_(evaluation) {}

void AnswerCollector::on_batch(const EvaluatedBatch& batch) {
  const int64_t n = batch.labels.shape()[0];
  for (int64_t i = 0; i < n; i++) {
    const int64_t truth = batch.labels.data<int32_t>()[i];
    const int64_t predicted = first_class(batch.logits.rows(i, i + 1).span<float>());
    evaluation_.confusion.add(truth, predicted);
    if (truth == predicted) continue;
    WrongAnswer answer;
    answer.sample = batch.samples[static_cast<size_t>(i)];
    answer.truth = truth;
    answer.predicted = predicted;
    answer.loss = batch.losses.data<float>()[i];
    if (!wanted(answer)) continue;
    const Tensor p = probabilities(batch, i);
    answer.probability_of_truth = p.data<float>()[truth];
    answer.probability_of_predicted = p.data<float>()[predicted];
    answer.picture = picture(batch.images.rows(i, i + 1).data<float>());
    keep(std::move(answer));
  }
}

void AnswerCollector::finish(Communicator* processes) {
  if (processes) {
    const std::vector<std::string> all = gather_text(*processes, pack_answers(evaluation_));
    for (int rank = 0; rank < processes->size(); rank++) {
      if (rank == processes->rank()) continue;
      unpack_answers(all[static_cast<size_t>(rank)], evaluation_, [this](WrongAnswer answer) {
        if (wanted(answer)) keep(std::move(answer));
      });
    }
  }
  std::sort_heap(evaluation_.worst.begin(), evaluation_.worst.end(), worse);
}

bool AnswerCollector::wanted(const WrongAnswer& answer) const {
  return evaluation_.worst.size() < most_ ||
         (most_ > 0 && worse(answer, evaluation_.worst.front()));
}

void AnswerCollector::keep(WrongAnswer answer) {
  std::vector<WrongAnswer>& worst = evaluation_.worst;
  if (worst.size() == most_) {
    std::pop_heap(worst.begin(), worst.end(), worse);
    worst.pop_back();
  }
  worst.push_back(std::move(answer));
  std::push_heap(worst.begin(), worst.end(), worse);
}

Image AnswerCollector::picture(const float* x) const {
  Image image;
  if (image_[2] != 1 && image_[2] != 3) return image;
  image.resize(image_[0], image_[1], image_[2]);
  normalizer_.undo(x, image);
  return image;
}

Tensor AnswerCollector::probabilities(const EvaluatedBatch& batch, int64_t row) {
  const Tensor scores = batch.logits.rows(row, row + 1);
  if (batch.scores_are_probabilities) return scores;
  Tensor there(scores.shape(), DType::f32, ctx_.device());
  softmax_forward(ctx_, scores.to(ctx_.device()), there);
  return there.to(Device::cpu());
}

}  // namespace fovea
