// SPDX-License-Identifier: Apache-2.0
#include <fovea/data/normalizer.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/evaluation.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace fovea {

namespace {

// Larger first; a loss that is not a number is the worst; of equals the sample that comes first.
bool worse(const WrongAnswer& a, const WrongAnswer& b) {
  const float la = std::isnan(a.loss) ? INFINITY : a.loss;
  const float lb = std::isnan(b.loss) ? INFINITY : b.loss;
  return la > lb || (la == lb && a.sample < b.sample);
}

// The class that Metrics counts as first: the largest logit, of equals the one with the smaller
// index; a NaN counts as larger than any.
int64_t first_class(std::span<const float> logits) {
  const auto largest = std::max_element(logits.begin(), logits.end(), [](float a, float b) {
    return !std::isnan(a) && (std::isnan(b) || a < b);
  });
  return largest - logits.begin();
}

// Collects confusions and keeps the worst answers, in a heap whose top is the least bad.
class Collector final : public EvaluationObserver {
 public:
  Collector(Context& ctx, const Model& model, const Shape& image, size_t worst,
            Evaluation& evaluation)
      : ctx_(ctx),
        image_(image),
        normalizer_(model.info.preprocessing, image[2], {image[0], image[1]}),
        most_(worst),
        evaluation_(evaluation) {}

  void on_batch(const EvaluatedBatch& batch) override {
    const int64_t n = batch.logits.shape()[0], classes = batch.logits.shape()[1];
    for (int64_t i = 0; i < n; i++) {
      const auto logits = batch.logits.rows(i, i + 1).span<float>();
      const int64_t truth = batch.labels.data<int32_t>()[i], predicted = first_class(logits);
      evaluation_.confusion.add(truth, predicted);
      if (truth == predicted) continue;
      WrongAnswer answer;
      answer.sample = batch.samples[static_cast<size_t>(i)];
      answer.truth = truth;
      answer.predicted = predicted;
      answer.loss = batch.losses.data<float>()[i];
      if (!wanted(answer)) continue;
      Tensor there({1, classes}, DType::f32, ctx_.device());
      softmax_forward(ctx_, batch.logits.rows(i, i + 1).to(ctx_.device()), there);
      const Tensor p = there.to(Device::cpu());
      answer.probability_of_truth = p.data<float>()[truth];
      answer.probability_of_predicted = p.data<float>()[predicted];
      answer.picture = picture(batch.images.rows(i, i + 1).data<float>());
      keep(std::move(answer));
    }
  }

 private:
  bool wanted(const WrongAnswer& answer) const {
    return evaluation_.worst.size() < most_ ||
           (most_ > 0 && worse(answer, evaluation_.worst.front()));
  }

  void keep(WrongAnswer answer) {
    std::vector<WrongAnswer>& worst = evaluation_.worst;
    if (worst.size() == most_) {
      std::pop_heap(worst.begin(), worst.end(), worse);
      worst.pop_back();
    }
    worst.push_back(std::move(answer));
    std::push_heap(worst.begin(), worst.end(), worse);
  }

  Image picture(const float* x) const {
    Image image;
    if (image_[2] != 1 && image_[2] != 3) return image;
    image.resize(image_[0], image_[1], image_[2]);
    normalizer_.undo(x, image);
    return image;
  }

  Context& ctx_;
  Shape image_;
  Normalizer normalizer_;
  size_t most_;
  Evaluation& evaluation_;
};

}  // namespace

Evaluation evaluate(const Model& model, Context& ctx, BatchSource& source,
                    const EvaluationOptions& options) {
  check_fit(model.net, source, "evaluation");
  Evaluation evaluation{{}, ConfusionMatrix(model.net.output_shape()[1]), {}};
  Execution execution =
      Execution::inference(model.net, ctx, {.batch = std::min(options.batch, source.samples())});
  Collector collector(ctx, model, source.image(), options.worst, evaluation);
  const auto begin = std::chrono::steady_clock::now();
  evaluation.metrics = evaluate(execution, ctx, source, &collector);
  const auto end = std::chrono::steady_clock::now();
  evaluation.seconds = std::chrono::duration<double>(end - begin).count();
  std::sort_heap(evaluation.worst.begin(), evaluation.worst.end(), worse);
  return evaluation;
}

}  // namespace fovea
