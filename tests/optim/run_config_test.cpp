// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>

#include <filesystem>

using Catch::Contains;
using fovea::Config;
using fovea::RunConfig;

TEST_CASE("every shipped config is read, and its resolved form reads back to itself") {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(FOVEA_CONFIGS)) {
    if (entry.path().extension() != ".json") continue;
    INFO(entry.path());
    const Config config = Config::load(entry.path());
    const RunConfig run = RunConfig::read(config);
    CHECK_NOTHROW(config.check());
    CHECK_NOTHROW(fovea::Net::from_config(run.model, 1));
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
