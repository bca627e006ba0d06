// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

using Catch::Contains;
using fovea::Config;
using fovea::RunConfig;

TEST_CASE("every shipped config is read, and its resolved form reads back to itself") {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(FOVEA_CONFIGS)) {
    if (entry.path().extension() != ".json" || entry.path().stem() == "schema") continue;
    INFO(entry.path());
    const Config config = Config::load(entry.path());
    const RunConfig run = RunConfig::read(config);
    CHECK_NOTHROW(config.check());
    CHECK_NOTHROW(fovea::Net::from_config(run.model, {}));
    const Config again = Config::parse(run.resolved());
    CHECK(RunConfig::read(again).resolved() == run.resolved());
    count++;
  }
  CHECK(count >= 4);
}

TEST_CASE("mistakes in all parts come together") {
  const Config config =
      Config::parse(R"({"sed": 1, "data": {"trian": "x"}, "train": {"epochs": 0}, "model": {}})");
  RunConfig::read(config);
  CHECK_THROWS_WITH(config.check(), Contains("sed") && Contains("did you mean \"seed\"") &&
                                        Contains("trian") && Contains("epochs"));
}

TEST_CASE("mistakes in the model's graph are found by the net's reader") {
  const Config config = Config::parse(
      R"({"model": {"input": [1, 8, -8], "layers": [{"type": "relu", "slop": 1}], "lyers": 1}})");
  const RunConfig run = RunConfig::read(config);
  CHECK_THROWS_WITH(fovea::Net::from_config(run.model, 1),
                    Contains("model.input[2]: must be >= 1") &&
                        Contains("model.layers[0].slop: unknown key") &&
                        Contains("model.lyers: unknown key; did you mean \"layers\"?"));
}

namespace {

// A config of one linear layer, with `model` in place of it when given.
std::string config_file(const fovea::test::TempDir& dir, const std::string& rest,
                        const std::string& layer = R"("type": "linear", "out_features": 2)") {
  return dir.write("c.json", R"({"data": {"train": {"type": "synthetic", "shape": [1, 2, 2]}}, )" +
                                 rest + R"("model": {"input": [4], "layers": [{)" + layer + "}]}}");
}

}  // namespace

TEST_CASE("mistakes in options, values from the command line and the graph come together") {
  const fovea::test::TempDir dir;
  const std::string path =
      config_file(dir, R"("sed": 1, )", R"("type": "linear", "out_featurs": 2)");
  const std::vector<std::string> overrides{"train.optimizer.type=sgd", "lr=-1"};
  const RunConfig run = RunConfig::load(path, overrides);
  CHECK_THROWS_WITH(run.make_net(), Contains("\"seed\"") && Contains("\"out_features\"") &&
                                        Contains("train.optimizer.lr=-1"));
}

TEST_CASE("fields that the file does not have can be set by their last part") {
  const fovea::test::TempDir dir;
  const std::string path = config_file(dir, "");
  const std::vector<std::string> overrides{"epochs=7", "seed=9", "log.every=3", "train.noise=5"};
  const RunConfig run = RunConfig::load(path, overrides);
  CHECK_NOTHROW(run.make_net());
  CHECK(run.options.train.epochs == 7);
  CHECK(run.options.seed == 9);
  CHECK(run.options.log.every == 3);
  CHECK(std::get<fovea::SyntheticOptions>(run.options.data.train).noise == 5);
}

TEST_CASE("a last part that several fields have is ambiguous") {
  const fovea::test::TempDir dir;
  const std::vector<std::string> overrides{"every=3"};
  const RunConfig run = RunConfig::load(config_file(dir, ""), overrides);
  CHECK_THROWS_WITH(run.make_net(), Contains("log.every") && Contains("train.lr_schedule.every"));
}

TEST_CASE("a rate can be set where the file has no optimizer") {
  const fovea::test::TempDir dir;
  const std::vector<std::string> overrides{"lr=0.125", "linear1.out_features=3",
                                           "linear1.bias=false"};
  const RunConfig run = RunConfig::load(config_file(dir, ""), overrides);
  const fovea::Net net = run.make_net();
  CHECK(run.options.train.sgd().lr == 0.125f);
  CHECK(net.output_shape() == fovea::Shape{1, 3});
  CHECK(net.parameters().size() == 1);
}

TEST_CASE("a graph alone is the net with parameters of 0") {
  const fovea::test::TempDir dir;
  const RunConfig run = RunConfig::load(config_file(dir, ""));
  fovea::Net net = run.make_net(), graph = run.make_graph();
  REQUIRE(graph.parameters().size() == net.parameters().size());
  CHECK(graph.output_shape() == net.output_shape());
  const auto is_zero = [](float value) { return value == 0; };
  CHECK(std::ranges::all_of(graph.values().span<float>(), is_zero));
  CHECK_FALSE(std::ranges::all_of(net.values().span<float>(), is_zero));
  graph.initialize(run.options.seed);
  CHECK(std::ranges::equal(graph.values().span<float>(), net.values().span<float>()));
}

TEST_CASE("the resolved config has the layers' names and defaults") {
  const fovea::test::TempDir dir;
  const RunConfig run = RunConfig::load(config_file(dir, ""));
  CHECK_THAT(run.resolved(),
             Contains(R"("model": {"input": [4], "init": {"weight": "kaiming", "bias": 0}, )"
                      R"("layers": [{"name": "linear1", "type": "linear", "out_features": 2, )"
                      R"("bias": true}]})"));
}

TEST_CASE("a parameter larger than the machine's memory is refused at its layer") {
  const fovea::test::TempDir dir;
  const std::string layer = R"("type": "linear", "out_features": 1000000000000)";
  CHECK_THROWS_WITH(RunConfig::load(config_file(dir, "", layer)).make_net(),
                    Contains("model.layers[0] (linear): after the input: linear1.weight "
                             "[1000000000000,4] and the parameters before it are larger than this "
                             "machine's memory"));
}
