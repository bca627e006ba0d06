// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"

#include <fovea/core/config.h>
#include <fovea/core/error.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::Config;

namespace {

constexpr const char* kConfigText = R"({
  "name": "small",
  "model": {"layers": [{"name": "conv1", "stride": 1}, {"type": "relu"}]},
  "train": {"optimizer": {"type": "sgd", "lr": 0.01}, "lr_schedule": {"type": "constant"}}
})";

std::string after(std::initializer_list<const char*> assignments) {
  Config config = Config::parse(kConfigText);
  for (const char* assignment : assignments) config.override(assignment);
  config.check();
  return config.to_json();
}

std::string error_after(const char* assignment) {
  return fovea::test::error_message<fovea::ConfigError>([&] { after({assignment}); });
}

}  // namespace

TEST_CASE("an assignment names a value by its path or the unique end of it") {
  for (const char* assignment : {"train.optimizer.lr=0.02", "optimizer.lr=0.02", "lr=0.02"}) {
    CHECK_THAT(after({assignment}), Contains("{\"type\": \"sgd\", \"lr\": 0.02}"));
  }
  CHECK_THAT(after({"model.layers.conv1.stride=2"}), Contains("\"stride\": 2"));
  CHECK_THAT(after({"model.layers.0.stride=2"}), Contains("\"stride\": 2"));
  CHECK_THAT(after({"conv1.stride=2"}), Contains("\"stride\": 2"));
  CHECK_THAT(after({"model.layers.1.type=tanh"}), Contains("{\"type\": \"tanh\"}"));
  CHECK_THAT(after({"name=big"}), Contains("\"name\": \"big\""));  // a full path, so not ambiguous
}

TEST_CASE("elements without a name are meant by their type and number, or their index") {
  for (const char* place : {"model.layers.relu1", "layers.relu1", "relu1", "layers.1"}) {
    const std::string assignment = std::string(place) + ".slope=3";
    CHECK_THAT(after({assignment.c_str()}), Contains("{\"type\": \"relu\", \"slope\": 3}"));
  }
  const Config config = Config::parse(
      R"([{"type": "relu"}, {"type": "lrn"}, {"name": "x", "type": "relu"}, {"type": "relu"}, {}, 7])");
  CHECK(config.element_names() ==
        std::vector<std::string>{"relu1", "lrn1", "x", "relu2", "4", "5"});
  CHECK(Config::parse("{}").element_names().empty());
}

TEST_CASE("a member that an object does not have yet can be set by the object's name") {
  CHECK_THAT(after({"conv1.padding=2"}),
             Contains("{\"name\": \"conv1\", \"stride\": 1, \"padding\": 2}"));
  CHECK_THAT(after({"optimizer.momentum=0.5"}), Contains("\"lr\": 0.01, \"momentum\": 0.5}"));
}

TEST_CASE("a value is JSON, else a string") {
  CHECK_THAT(after({"lr=1e-3"}), Contains("\"lr\": 1e-3"));
  CHECK_THAT(after({"name=[1, 2]"}), Contains("\"name\": [1, 2]"));
  CHECK_THAT(after({"name=\"3\""}), Contains("\"name\": \"3\""));
  CHECK_THAT(after({"name=a=b c"}), Contains("\"name\": \"a=b c\""));
  CHECK_THAT(after({"name="}), Contains("\"name\": \"\""));
  CHECK_THAT(after({"name=NaN"}), Contains("\"name\": \"NaN\""));
}

TEST_CASE("an assignment may add what the file does not have") {
  CHECK_THAT(after({"train.epochs=5"}), Contains("\"epochs\": 5"));
  CHECK_THAT(after({"log.every=20"}), Contains("\"log\": {\"every\": 20}"));
  Config config = Config::parse(kConfigText);
  const std::vector<std::string> declared{"train.epochs", "train.optimizer.lr"};
  config.override("epochs=5", declared);
  config.override("lr=1", declared);  // declared and present is one place, not two
  config.check();
  CHECK(config.at("train").get<int>("epochs") == 5);
}

TEST_CASE("assignments that mean nothing or too much are refused") {
  CHECK(error_after("type=adam") ==
        "type=adam (from the command line): error: ambiguous: model.layers.relu1.type, "
        "train.optimizer.type, train.lr_schedule.type; write one of them in full");
  CHECK_THAT(error_after("model.layers.conv2.stride=2"),
             Contains("there is nothing of this name; did you mean \"conv1\"?"));
  CHECK_THAT(error_after("lr"), Contains("lr (from the command line): error: key=value wanted"));
  CHECK_THAT(error_after("=3"), Contains("key=value wanted"));
  CHECK_THAT(error_after("a..b=3"), Contains("key=value wanted"));
  CHECK_THAT(error_after("name=\xff.npy"),
             Contains("name=\xff.npy (from the command line): error: is not text in UTF-8"));
  CHECK_THAT(error_after("name.x=3"), Contains("there is nothing of this name"));
}

TEST_CASE("mistakes in assigned values name the assignment") {
  Config config = Config::parse(kConfigText);
  config.override("lr=-1");
  config.override("train.optimizer.momentm=0.9");
  const Config optimizer = config.at("train").at("optimizer");
  optimizer.at("lr").as<float>(fovea::above(0));
  optimizer.get<std::string>("type");
  optimizer.get("momentum", 0.0f);
  optimizer.finish();
  const std::string text = fovea::test::error_message<fovea::ConfigError>([&] { config.check(); });
  CHECK_THAT(text, Contains("train.optimizer.lr=-1 (from the command line): error: must be > 0"));
  CHECK_THAT(text, Contains("train.optimizer.momentm=0.9 (from the command line): error: "
                            "train.optimizer.momentm: unknown key; did you mean \"momentum\"?"));
}

TEST_CASE("a declared path given in full is meant, whatever else ends so") {
  Config config = Config::parse("{}");
  const std::vector<std::string> declared{"seed", "data.train.seed", "data.val.seed"};
  config.override("seed=7", declared);
  CHECK(config.get<int>("seed") == 7);
  CHECK_NOTHROW(config.check());
}
