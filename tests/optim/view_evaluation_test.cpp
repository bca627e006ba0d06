// SPDX-License-Identifier: Apache-2.0
// Views of pictures, and the means of their scores.
#include "support/error_message.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/predictor.h>
#include <fovea/optim/view_evaluation.h>

#include <catch2/catch.hpp>

#include <cmath>

using namespace fovea;
using Catch::Contains;
using test::error_message;

namespace {

const ImageSize kPicture{16, 15}, kInput{12, 12};

DataOptions data_options() {
  DataOptions data;
  data.val = SyntheticOptions{.shape = {3, 16, 15}, .classes = 4, .samples = 21};
  data.mean = 0.5f;
  data.std_dev = 0.25f;
  return data;
}

Model model_of(uint64_t seed, std::vector<std::string> classes = {"0", "1", "2", "3"}) {
  ModelInfo info{test::kTinyModel, data_options().preprocessing(), std::move(classes)};
  return {Net::from_config(Config::parse(test::kTinyModel), seed), std::move(info)};
}

std::unique_ptr<BatchSource> source_of(const EvalOptions& options, int64_t batch) {
  return make_view_source(data_options(), batch, 1, kInput,
                          [&](ImageSize picture) { return options.views_of(picture, kInput); });
}

// The mean of all models' scores of all views of a sample, the plain way.
std::vector<double> expected(const std::vector<Model>& models, const std::vector<CropView>& views,
                             Averaged average, const Image& picture, Context& ctx) {
  std::vector<double> mean(4);
  for (const Model& model : models) {
    Predictor predictor(model, ctx);
    for (const CropView& view : views) {
      Image piece;
      piece.resize(12, 12, 3);
      for (int64_t i = 0; i < 432; i++) {
        const int64_t y = i / 36, x = i % 36 / 3, c = i % 3;
        const int64_t column = view.left + (view.mirrored ? 11 - x : x);
        piece.pixels[static_cast<size_t>(i)] =
            picture.pixels[static_cast<size_t>(((view.top + y) * 15 + column) * 3 + c)];
      }
      const Tensor p = predictor.probabilities(piece.pixels);
      for (size_t c = 0; c < 4; c++) {
        const double score = double{p.data<float>()[c]};
        mean[c] += (average == Averaged::logits ? std::log(score) : score) /
                   static_cast<double>(models.size() * views.size());
      }
    }
  }
  return mean;
}

}  // namespace

TEST_CASE("ten views are the paper's ten") {
  const std::vector<CropView> ten{{0, 0},         {0, 32},       {32, 0},       {32, 32},
                                  {16, 16},       {0, 0, true},  {0, 32, true}, {32, 0, true},
                                  {32, 32, true}, {16, 16, true}};
  CHECK(ten_views({256, 256}, {224, 224}) == ten);
  CHECK(ten_views({256, 256}, {227, 227})[4] == CropView{14, 14});
  CHECK_THAT(error_message<ConfigError>([] {
               ten_views({28, 28}, {28, 28});
             }),
             Contains("ten views are pieces of 28x28 pixels") && Contains("these have 28x28"));
  CHECK_THAT(error_message<ConfigError>([] {
               check_views({{0, 0}, {3, 4, true}}, {10, 10}, {7, 7});
             }),
             Contains("the view at 3,4 (top, left) reaches out of the picture"));
}

TEST_CASE("scores are the means over views and models") {
  const Averaged average = GENERATE(Averaged::probabilities, Averaged::logits);
  EvalOptions options;
  options.average = average;
  if (GENERATE(true, false)) {
    options.crops = 10;
  } else {
    options.views = {{1, 2, true}, {3, 0}, {4, 3}};
  }
  const uint64_t count = GENERATE(1u, 2u);
  const int64_t batch = GENERATE(40, 7);
  std::vector<Model> models;
  for (uint64_t seed = 1; seed <= count; seed++) models.push_back(model_of(seed));
  Context ctx({.threads = 2});
  const auto views = options.views_of(kPicture, kInput);
  std::vector<std::unique_ptr<BatchSource>> sources;
  std::vector<ViewedModel> viewed;
  for (const Model& model : models) {
    sources.push_back(source_of(options, batch));
    CHECK(sources.back()->views() == std::ssize(views));
    viewed.push_back({model, *sources.back()});
  }
  const Evaluation evaluation = evaluate_views(viewed, average, ctx, {.batch = 16, .worst = 100});

  const auto data = make_dataset(*data_options().val, Split::val);
  int64_t right = 0;
  double loss = 0;
  for (int64_t i = 0; i < data->size(); i++) {
    Image picture;
    data->read(i, picture);
    const auto scores = expected(models, views, average, picture, ctx);
    const auto label = static_cast<size_t>(data->label(i));
    const auto best = std::ranges::max_element(scores) - scores.begin();
    right += best == std::ssize(scores) ? 0 : best == static_cast<int64_t>(label);
    double total = 0;
    for (const double s : scores) total += average == Averaged::logits ? std::exp(s) : s;
    loss +=
        std::log(total) - (average == Averaged::logits ? scores[label] : std::log(scores[label]));
    if (average == Averaged::logits) continue;
    for (const WrongAnswer& wrong : evaluation.worst) {
      if (wrong.sample != i) continue;
      CHECK(double{wrong.probability_of_truth} == Approx(scores[label]).epsilon(1e-5));
    }
  }
  CHECK(evaluation.metrics.samples == 21);
  CHECK(evaluation.metrics.top1 == right);
  CHECK(evaluation.metrics.top5 == 21);
  CHECK(evaluation.metrics.loss_sum == Approx(loss).epsilon(1e-5));
  CHECK(std::ssize(evaluation.worst) == 21 - right);
}

TEST_CASE("a view of a model alone is what evaluation without views says") {
  EvalOptions options;
  options.views = {{2, 2}};  // the centre: halves are rounded to the even one
  const Model model = model_of(3);
  Context ctx({.threads = 1});
  DataOptions cropped = data_options();
  cropped.crop = EvaluationCrop{kPicture, CenterCrop{kInput}};
  const auto plain = make_eval_source(cropped, 8, 1), seen = source_of(options, 8);
  const Evaluation want = evaluate(model, ctx, *plain);
  const std::vector<ViewedModel> models{{model, *seen}};
  const Evaluation got = evaluate_views(models, Averaged::logits, ctx);
  CHECK(got.metrics.top1 == want.metrics.top1);
  CHECK(got.metrics.loss_sum == want.metrics.loss_sum);
}

TEST_CASE("models whose classes differ are not averaged") {
  Context ctx({.threads = 1});
  const auto source = source_of({}, 8);
  const auto message = [&](std::vector<std::string> classes) {
    const Model a = model_of(1), b = model_of(1, std::move(classes));
    const std::vector<ViewedModel> models{{a, *source}, {b, *source}};
    return error_message<ConfigError>([&] { check_same_classes(models); });
  };
  CHECK_THAT(message({"0", "2", "1", "3"}),
             Contains("class 1 of the first is \"1\", of model 2 \"2\""));
  CHECK_THAT(message({"0", "1", "2"}),
             Contains("class 3 of the first is \"3\", of model 2 missing"));
}

TEST_CASE("how eval looks at pictures is read from configs") {
  const auto mistakes = [](const char* text) {
    const Config config = Config::parse(text);
    EvalOptions::fields().read(config);
    return error_message<ConfigError>([&] { config.check(); });
  };
  CHECK_THAT(mistakes(R"({"crops": 5})"), Contains("1 or 10 wanted"));
  CHECK_THAT(mistakes(R"({"crops": 10, "views": [{"top": 0, "left": 0}]})"),
             Contains("in place of crops"));
  CHECK_THAT(mistakes(R"({"views": [{"top": -1}]})"), Contains("top") && Contains("left"));
  CHECK_THAT(mistakes(R"({"average": "median"})"), Contains("average"));
}
