// SPDX-License-Identifier: Apache-2.0
#include "support/tiny_run.h"

#include <fovea/data/normalizer.h>
#include <fovea/optim/evaluation.h>

#include <catch2/catch.hpp>

#include <cmath>

using fovea::Batch;
using fovea::BatchSource;
using fovea::Config;
using fovea::Evaluation;
using fovea::Model;
using fovea::Shape;

namespace {

// One feature for each of 3 classes, which the net passes on as its logits.
Model passing_on(const fovea::Preprocessing& preprocessing = {}) {
  fovea::Net net = fovea::Net::from_config(Config::parse(R"({"input": [3], "layers": [
        {"name": "fc", "type": "linear", "out_features": 3, "bias": false}]})"),
                                           1);
  const fovea::Tensor w = net.value(net.parameters()[0]);
  for (int64_t i = 0; i < 9; i++) w.data<float>()[i] = i % 4 == 0 ? 1.0f : 0.0f;
  return {std::move(net), {"", preprocessing, {"a", "b", "c"}}};
}

// Rows of logits with their labels, two at a time.
class Rows final : public BatchSource {
 public:
  explicit Rows(std::vector<std::pair<std::vector<float>, int32_t>> rows)
      : BatchSource({static_cast<int64_t>(rows.size()), {1, 1, 3}, {"a", "b", "c"}, 2}),
        rows_(std::move(rows)) {}

  void seek(uint32_t, int64_t index) override { at_ = index * 2; }
  void next(Batch& batch) override {
    batch.resize(std::min<int64_t>(2, samples() - at_), image());
    for (int64_t i = 0; i < batch.size(); i++, at_++) {
      const auto& [logits, label] = rows_[static_cast<size_t>(at_)];
      std::copy(logits.begin(), logits.end(), batch.images.data<float>() + 3 * i);
      batch.labels.data<int32_t>()[i] = label;
      batch.samples[static_cast<size_t>(i)] = static_cast<uint32_t>(at_);
    }
  }
  double seconds_waited() const override { return 0; }

 private:
  std::vector<std::pair<std::vector<float>, int32_t>> rows_;
  int64_t at_ = 0;
};

}  // namespace

TEST_CASE("an evaluation counts confusions and keeps the worst errors, worst first") {
  fovea::Context ctx({.threads = 1});
  Rows rows({{{5, 0, 0}, 0},    // right
             {{1, 0, 0}, 1},    // wrong, a little
             {{0, 9, 0}, 2},    // wrong, the most
             {{3, 0, 3}, 2}});  // a tie: the smaller index counts as first
  const Evaluation all = evaluate(passing_on(), ctx, rows);
  CHECK(all.metrics.samples == 4);
  CHECK(all.confusion.count(0, 0) == 1);
  CHECK(all.confusion.count(1, 0) == 1);
  CHECK(all.confusion.count(2, 1) == 1);
  CHECK(all.confusion.count(2, 0) == 1);
  REQUIRE(all.worst.size() == 3);
  CHECK(all.worst[0].sample == 2);
  CHECK(all.worst[0].truth == 2);
  CHECK(all.worst[0].predicted == 1);
  CHECK(all.worst[0].probability_of_predicted == Approx(1 / (1 + 2 * std::exp(-9.0))));
  CHECK(all.worst[1].sample == 1);
  CHECK(all.worst[2].sample == 3);
  CHECK(evaluate(passing_on(), ctx, rows, {.batch = 1, .worst = 1}).worst[0].sample == 2);
  CHECK(evaluate(passing_on(), ctx, rows, {.worst = 0}).worst.empty());
}

TEST_CASE("the picture of an error is what was read, before it was normalised") {
  fovea::Context ctx({.threads = 1});
  fovea::Preprocessing preprocessing;
  preprocessing.mean = 0.5f;
  preprocessing.std_dev = 0.25f;
  fovea::Image image;
  image.resize(1, 1, 3);
  image.pixels = {7, 255, 0};
  std::vector<float> x(3);
  fovea::Normalizer(preprocessing, 3).apply(image, x.data());
  Rows rows({{x, 0}});
  const Evaluation evaluation = evaluate(passing_on(preprocessing), ctx, rows);
  REQUIRE(evaluation.worst.size() == 1);
  CHECK(evaluation.worst[0].picture.pixels == image.pixels);
}

TEST_CASE("the right answers of an evaluation are those that its metrics count") {
  fovea::test::TinyRun run;
  struct Nothing final : fovea::TrainObserver {
  } nothing;
  run.trainer->run(nothing);
  const std::string graph = fovea::test::kTinyModel;
  fovea::Preprocessing preprocessing;
  preprocessing.mean = 0.5f;
  preprocessing.std_dev = 0.25f;
  const Model model{std::move(run.net), {graph, preprocessing, run.val->classes()}};
  const Evaluation evaluation = evaluate(model, run.ctx, *run.val, {.batch = 3});
  int64_t right = 0;
  for (int64_t c = 0; c < 4; c++) right += evaluation.confusion.count(c, c);
  CHECK(right == evaluation.metrics.top1);
  CHECK(evaluation.worst.size() == static_cast<size_t>(20 - right));
  for (const auto& wrong : evaluation.worst) CHECK(wrong.picture.pixels.size() == 12 * 12 * 3);
}
