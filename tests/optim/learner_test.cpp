// SPDX-License-Identifier: Apache-2.0
#include "support/striped_pictures.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/optim/classifier.h>
#include <fovea/optim/learner.h>

#include <catch2/catch.hpp>

#include <cmath>

using Catch::Contains;
using fovea::Config;
using fovea::Learner;
using fovea::Metrics;
using fovea::test::StripedPictures;

namespace {

Config config(const std::string& more = "") {
  return Config::parse(std::string(R"({"model": )") + fovea::test::kStripedModel +
                       R"(, "classes": ["a", "b", "c", "d"], "mean": 0.3, "std": 0.5,
                           "batch_size": 16, "optimizer": {"type": "sgd", "lr": 0.05})" +
                       more + "}");
}

Metrics train(Learner& learner, int steps, unsigned seed = 1) {
  Metrics last;
  for (int step = 0; step < steps; step++) {
    const StripedPictures batch(16, seed + static_cast<unsigned>(step));
    last = learner.step(batch.pixels, batch.labels);
  }
  return last;
}

std::string hash(const Learner& learner) { return hash_of_weights(learner.model().net); }

}  // namespace

TEST_CASE("a learner learns, to the same bits on any number of threads") {
  Learner one = Learner::from_config(config(), 1), three = Learner::from_config(config(), 3);
  const Metrics first = train(one, 1), last = (train(one, 59, 2));
  CHECK(first.samples == 16);
  CHECK(last.top1 >= 15);
  CHECK(last.loss() < first.loss() / 2);
  CHECK(one.steps() == 60);
  train(three, 1);
  train(three, 59, 2);
  CHECK(hash(one) == hash(three));
}

TEST_CASE("a snapshot stays as it is while training goes on") {
  Learner learner = Learner::from_config(config(), 1);
  train(learner, 3);
  const fovea::Model snapshot = learner.snapshot();
  const std::string then = hash(learner);
  train(learner, 1, 50);
  CHECK(hash_of_weights(snapshot.net) == then);
  CHECK(hash(learner) != then);
  CHECK(snapshot.info.classes == std::vector<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("a saved model can be served, and trained on") {
  const fovea::test::TempDir dir;
  Learner learner = Learner::from_config(config(), 1);
  train(learner, 40);
  learner.save(dir.file("model.safetensors"));
  const auto classifier = fovea::Classifier::load(dir.file("model.safetensors"));
  CHECK(hash_of_weights(classifier.model().net) == hash(learner));
  CHECK(classifier.class_name(2) == "c");
  CHECK(classifier.model().info.preprocessing.std_dev == fovea::PerChannel(0.5f));

  Learner more =
      Learner::from_model(dir.file("model.safetensors"),
                          Config::parse(R"({"optimizer": {"type": "sgd", "lr": 0}})"), 1);
  const StripedPictures batch(32, 9);
  CHECK(more.step(batch.pixels, batch.labels).top1 >= 30);
  CHECK(hash(more) == hash(learner));  // the rate is 0
  more.set_lr(0.01f);
  more.step(batch.pixels, batch.labels);
  CHECK(hash(more) != hash(learner));
}

TEST_CASE("a loss that is not finite leaves the weights alone") {
  Learner learner = Learner::from_config(config(), 1);
  learner.set_lr(1e30f);
  const StripedPictures batch(16, 1);
  std::string before;
  const auto diverge = [&] {
    for (int i = 0; i < 20; i++) {
      before = hash(learner);
      learner.step(batch.pixels, batch.labels);
    }
  };
  CHECK_THROWS_AS(diverge(), fovea::DivergedError);
  CHECK(hash(learner) == before);
}

TEST_CASE("batches that do not fit are refused") {
  Learner learner = Learner::from_config(config(), 1);
  StripedPictures batch(17, 1);
  CHECK_THROWS_WITH(learner.step(batch.pixels, batch.labels), Contains("1 to 16 labels"));
  batch = StripedPictures(4, 1);
  CHECK_THROWS_AS(learner.step(batch.pixels, std::span(batch.labels).first(3)),
                  fovea::ArgumentError);
  CHECK_THROWS_AS(learner.step({}, {}), fovea::ArgumentError);
  batch.labels[2] = 4;
  CHECK_THROWS_AS(learner.step(batch.pixels, batch.labels), fovea::ArgumentError);
}

TEST_CASE("all mistakes of a learner's config are told at once") {
  CHECK_THROWS_WITH(Learner::from_config(config(R"(, "batch_sise": 3, "label_smoothing": 2)"), 1),
                    Contains("batch_sise") && Contains("label_smoothing"));
  CHECK_THROWS_WITH(
      Learner::from_config(Config::parse(R"({"classes": ["a", "b", "c"], "model": {"input":
          [1, 2, 2], "layers": [{"type": "flatten"}, {"type": "linear", "out_features": 2}]}})"),
                           1),
      Contains("3 names") && Contains("2 numbers"));
}
