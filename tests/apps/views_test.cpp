// SPDX-License-Identifier: Apache-2.0
// Views of pictures, means of models, features, and the pages and pictures that the program writes.
#include "apps/workplace.h"
#include "support/json.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

// Crops of 8 by 8 of pictures of 12 by 12.
constexpr const char* kCropped = R"({
  "name": "cropped", "seed": 3,
  "data": {"train": "train-images-idx3-ubyte", "val": "val-images-idx3-ubyte.gz",
           "augment": [{"type": "random_crop", "size": 8}]},
  "model": {"input": [1, 8, 8], "layers": [
    {"name": "conv1", "type": "conv2d", "out_channels": 4, "kernel_size": 3}, {"type": "relu"}, {"type": "flatten"},
    {"name": "fc1", "type": "linear", "out_features": 12}, {"name": "act", "type": "relu"},
    {"name": "fc2", "type": "linear", "out_features": 10}]},
  "train": {"epochs": 1, "batch_size": 32, "max_steps": 8, "optimizer": {"type": "sgd", "lr": 0.05, "momentum": 0.9}},
  "eval": {"crops": 10}
})";

struct Cropped : Workplace {
  Cropped() {
    write("cropped.json", kCropped);
    REQUIRE(fovea({"train", "cropped.json", "-o", "run"}).exit_code == 0);
  }

  json evaluated(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "eval");
    arguments.emplace_back("--json");
    const ProgramResult result = fovea(arguments);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    return parse_json(result.out);
  }
};

}  // namespace

TEST_CASE("eval takes the mean of ten views or others, of one model or several") {
  const Cropped place;
  const json ten = place.evaluated({"run"}), one = place.evaluated({"run", "--crops", "1"});
  CHECK(ten["views"] == 10);
  CHECK(ten["average"] == "probabilities");
  CHECK_FALSE(one.contains("views"));
  CHECK(ten["samples"] == 70);
  CHECK(ten["loss"] != one["loss"]);
  const json centre = place.evaluated({"run", "--view", "2,2", "--view", "2,2"});
  CHECK(centre["views"] == 2);
  CHECK(centre["top1"] == one["top1"]);
  CHECK(double{centre["loss"]} == Approx(double{one["loss"]}).epsilon(1e-5));
  const json logits = place.evaluated({"run", "--average", "logits", "--batch", "7"});
  CHECK(logits["average"] == "logits");
  CHECK(logits["loss"] != ten["loss"]);
  const json twice = place.evaluated({"run", "run/checkpoints/last.safetensors", "--per-class"});
  CHECK(twice["models"].size() == 2);
  CHECK(twice["loss"] == ten["loss"]);
  CHECK(twice["classes"].size() == 10);
  CHECK(twice["classes"][3]["samples"] == 7);
  CHECK_THAT(place.fovea({"eval", "run", "--per-class"}).out,
             Contains("mean probabilities of 10 views of each picture") && Contains("precision"));
}

TEST_CASE("eval says what is wrong with views and models") {
  const Cropped place;
  const auto refused = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "eval");
    const ProgramResult result = place.fovea(arguments);
    CHECK(result.exit_code == 2);
    return result.err;
  };
  CHECK_THAT(refused({"run", "--crops", "5"}), Contains("--crops"));
  CHECK_THAT(refused({"run", "--view", "2"}), Contains("TOP,LEFT or TOP,LEFT,mirrored wanted"));
  CHECK_THAT(refused({"run", "--view", "5,0"}),
             Contains("the view at 5,0 (top, left) reaches out"));
  CHECK_THAT(refused({"run", "--crops", "10", "--view", "0,0"}), Contains("--view"));
  REQUIRE(place.fovea({"train", "tiny.json", "max_steps=2", "-o", "whole"}).exit_code == 0);
  CHECK_THAT(refused({"whole", "--crops", "10"}), Contains("ten views are pieces of 12x12 pixels"));
  REQUIRE(place
              .fovea({"train", "cropped.json", "max_steps=2", "-o", "named",
                      R"(data.classes=["a","b","c","d","e","f","g","h","i","j"])"})
              .exit_code == 0);
  CHECK_THAT(refused({"run", "named"}),
             Contains("class 0 of the first is \"0\", of model 2 \"a\""));
}

TEST_CASE("features writes what a layer makes of pictures and which are alike") {
  const Cropped place;
  const std::string data = "val-images-idx3-ubyte.gz";
  const ProgramResult hidden =
      place.fovea({"features", "run", data, "-o", "f.npy", "--neighbours", "3", "--json"});
  INFO(hidden.err);
  REQUIRE(hidden.exit_code == 0);
  const json told = parse_json(hidden.out);
  CHECK(told["layer"] == "act");
  CHECK(told["pictures"] == 70);
  CHECK(told["numbers"] == 12);
  const std::string npy = place.read("f.npy");
  CHECK(npy.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  CHECK_THAT(npy.substr(0, 128), Contains("'descr': '<f4'") && Contains("'shape': (70, 12)"));
  CHECK(npy.size() % 64 == 70 * 12 * 4 % 64);
  CHECK(npy.size() > 70 * 12 * 4);
  CHECK_THAT(place.read("f.txt"), Contains("69\t9\n"));
  CHECK_THAT(place.read("f.html"), Contains("Nearest pictures") && Contains("data:image/png"));
  const json wide = parse_json(
      place.fovea({"features", "run", data, "--layer", "fc1", "-o", "f.safetensors", "--json"})
          .out);
  CHECK(wide["layer"] == "act");
  CHECK_THAT(place.read("f.safetensors"), Contains("\"features\"") && Contains("names"));
  const ProgramResult layer =
      place.fovea({"features", "run", data, "--layer", "fc", "-o", "f.npy"});
  CHECK(layer.exit_code == 2);
  CHECK_THAT(layer.err, Contains("no layer \"fc\"") && Contains("conv1"));
  const ProgramResult kind = place.fovea({"features", "run", data, "-o", "f.csv"});
  CHECK(kind.exit_code == 2);
  CHECK_THAT(kind.err, Contains("ends in .npy or .safetensors"));
}

TEST_CASE("a dry run shows a batch and takes two steps and keeps nothing") {
  const Workplace place;
  place.write("cropped.json", kCropped);
  const ProgramResult result =
      place.fovea({"train", "cropped.json", "--dry-run", "-o", "look", "--json"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const json told = parse_json(result.out);
  CHECK(told["steps"].size() == 2);
  CHECK(double{told["steps"][0]["loss"]} == Approx(2.3).margin(0.8));
  CHECK(told["planned_bytes"] > 1000);
  CHECK(place.read("look/batch.png").substr(1, 3) == "PNG");
  CHECK_THAT(place.read("look/batch.html"), Contains("A training batch") && Contains("sample "));
  CHECK_FALSE(place.has("runs"));
  CHECK_FALSE(place.has("look/config.json"));
  const ProgramResult text = place.fovea({"train", "cropped.json", "--dry-run"});
  CHECK_THAT(text.out, Contains("step 2: loss") && Contains("batch.png"));
  CHECK(place.has("batch.png"));
}

TEST_CASE("predict saves pages with bars") {
  const Cropped place;
  const ProgramResult result = place.fovea(
      {"predict", "run", "val-images-idx3-ubyte.gz", "--first", "3", "--save", "pages"});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, Contains("page: pages/predictions.html"));
  const std::string page = place.read("pages/predictions.html");
  CHECK_THAT(page, Contains("<rect") && Contains("data:image/png") && Contains("is 2"));
  CHECK_FALSE(place.has("pages/predictions-2.html"));
  CHECK(place.fovea({"predict", "run", "val-images-idx3-ubyte.gz", "--save", "/proc/none"})
            .exit_code == 1);
}
