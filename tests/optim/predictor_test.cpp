// SPDX-License-Identifier: Apache-2.0
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/data/synthetic_dataset.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/predictor.h>

#include <catch2/catch.hpp>

#include <cmath>

using Catch::Contains;
using fovea::Prediction;
using fovea::test::TinyRun;

namespace {

fovea::Model model_of(fovea::Net net, const std::string& graph) {
  fovea::ModelInfo info;
  info.graph = graph;
  info.preprocessing.mean = 0.5f;  // as the tiny run's data
  info.preprocessing.std_dev = 0.25f;
  info.classes = {"a", "b", "c", "d"};
  return {std::move(net), std::move(info)};
}

}  // namespace

TEST_CASE("predictions are what evaluation counts") {
  TinyRun run(2, 2);
  fovea::test::Silent silent;
  run.trainer->run(silent);
  const fovea::Model model = model_of(std::move(run.net), fovea::test::kTinyModel);
  fovea::Context ctx({.threads = 1});
  fovea::Execution execution = fovea::Execution::inference(model.net, ctx, {.batch = 8});
  const fovea::Metrics metrics = fovea::evaluate(execution, ctx, *run.val);

  fovea::Predictor predictor(model, ctx);
  CHECK(predictor.image() == fovea::Shape{12, 12, 3});
  const fovea::SyntheticDataset data({.shape = {3, 12, 12}, .classes = 4, .samples = 20},
                                     fovea::Split::val);
  fovea::Image image;
  int64_t right = 0;
  double loss = 0;
  for (int64_t i = 0; i < data.size(); i++) {
    data.read(i, image);
    const std::vector<Prediction> all = predictor.predict(image, 9, "picture");
    REQUIRE(all.size() == 4);
    CHECK(predictor.predict(image, 1, "picture")[0].label == all[0].label);
    right += all[0].label == data.label(i);
    for (size_t k = 0; k < 4; k++) {
      if (k > 0) CHECK(all[k - 1].probability >= all[k].probability);
      if (all[k].label == data.label(i)) loss -= std::log(double{all[k].probability});
    }
  }
  CHECK(right == metrics.top1);
  CHECK(loss == Approx(metrics.loss_sum).epsilon(1e-5));
}

TEST_CASE("a picture of another size is refused with both sizes") {
  TinyRun run;
  const fovea::Model model = model_of(std::move(run.net), fovea::test::kTinyModel);
  fovea::Context ctx({.threads = 1});
  fovea::Predictor predictor(model, ctx);
  fovea::Image image;
  image.resize(12, 13, 3);
  CHECK_THROWS_WITH(predictor.predict(image, 5, "cat.png"),
                    Contains("cat.png") && Contains("13x12") && Contains("12x12"));
}

TEST_CASE("a net that takes no pictures is no model to predict with") {
  const char* graph = R"({"input": [4], "layers": [{"type": "linear", "out_features": 2}]})";
  const fovea::Model model =
      model_of(fovea::Net::from_config(fovea::Config::parse(graph), 1), graph);
  fovea::Context ctx({.threads = 1});
  CHECK_THROWS_AS(fovea::Predictor(model, ctx), fovea::DataError);
}
