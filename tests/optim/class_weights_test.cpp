// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/class_weights.h>

#include <catch2/catch.hpp>

using namespace fovea;
using Catch::Contains;
using test::error_message;
using test::TinyRun;

namespace {

std::optional<ClassWeights> parse(const std::string& json) {
  const Config config = Config::parse("{\"class_weights\": " + json + "}", "c.json");
  const auto weights = config.find("class_weights").as<ClassWeights>();
  config.check();
  return weights;
}

std::vector<float> values_of(const Tensor& tensor) {
  const auto span = tensor.span<float>();
  return {span.begin(), span.end()};
}

struct LossKeeper final : TrainObserver {
  std::vector<float> losses;
  double epoch_loss = 0;

  void on_step(const StepReport& report) override { losses.push_back(report.loss); }
  void on_epoch(const EpochReport& report) override { epoch_loss = report.train.loss(); }
};

// Trains for an epoch; returns the hash of the weights.
std::string trained(std::optional<ClassWeights> weights, int64_t parts, LossKeeper& seen) {
  TinyRun run(2, 1);
  run.options.class_weights = std::move(weights);
  run.options.accumulate = parts;
  Context ctx({.threads = 2, .seed = 5, .shards = run.options.shards_per_part()});
  Trainer trainer(run.net, ctx, *run.train, nullptr, run.options);
  trainer.run(seen);
  return hash_of_weights(run.net);
}

std::string trained(std::optional<ClassWeights> weights, int64_t parts = 1) {
  LossKeeper seen;
  return trained(std::move(weights), parts, seen);
}

}  // namespace

TEST_CASE("class weights are a list or balanced") {
  CHECK(parse("\"balanced\"")->balanced);
  CHECK(parse("[1, 2.5]")->list == std::vector<float>{1, 2.5f});
  const auto mistake = [](const char* json) {
    return error_message<ConfigError>([&] { parse(json); });
  };
  CHECK_THAT(mistake("\"even\""), Contains("\"even\" is not one of \"balanced\""));
  CHECK_THAT(mistake("3"), Contains("\"balanced\", or a list of one number > 0 per class wanted"));
  CHECK_THAT(mistake("[1, 0]"), Contains("class_weights[1]: must be > 0"));
  CHECK_THAT(mistake("[]"), Contains("must not be empty"));
}

TEST_CASE("balanced weights make up for the sizes of the classes") {
  const std::vector<int64_t> sizes{150, 49, 0, 1};
  const Tensor weights = make_class_weights({.balanced = true}, sizes, 5);
  CHECK(values_of(weights) ==
        std::vector<float>{200.0f / (3 * 150), 200.0f / (3 * 49), 0, 200.0f / 3, 0});
}

TEST_CASE("listed weights are one for each class") {
  const std::vector<int64_t> sizes{3, 4};
  CHECK(values_of(make_class_weights({.list = {2, 5}}, sizes, 3)) == std::vector<float>{2, 5, 0});
  CHECK_THAT(error_message<ConfigError>([&] { make_class_weights({.list = {2}}, sizes, 2); }),
             Contains("train.class_weights has 1 numbers, but the training data has 2 classes"));
}

TEST_CASE("equal class weights train to the bits of none") {
  const std::string none = trained(std::nullopt);
  CHECK(trained(ClassWeights{false, {4, 4, 4, 4}}) == none);
  CHECK(trained(ClassWeights{true, {}}) == none);  // 11 pictures of each class
  CHECK(trained(ClassWeights{false, {4, 4, 4, 1}}) != none);
}

TEST_CASE("with class weights a batch in parts gives the bits of the whole batch") {
  const ClassWeights weights{false, {0.3f, 1, 7, 2.5f}};
  CHECK(trained(weights, 4) == trained(weights));
}

TEST_CASE("with class weights the loss of an epoch is the mean of its batches' losses") {
  LossKeeper seen;
  trained(ClassWeights{false, {0.3f, 1, 7, 2.5f}}, 1, seen);
  REQUIRE(seen.losses.size() == 6);
  double sum = 0;
  for (size_t i = 0; i < 6; i++) sum += seen.losses[i] * (i < 5 ? 8 : 4);
  CHECK(seen.epoch_loss == Approx(sum / 44));
}
