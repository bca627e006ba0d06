// SPDX-License-Identifier: Apache-2.0
// The CIFAR-10 configs, on files of CIFAR's shape.
#include "apps/workplace.h"
#include "support/json.h"
#include "support/sanitized.h"

#include <catch2/catch.hpp>

#include <random>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

// Records whose colours tell their class, with some noise.
std::string cifar10_records(int first, int count) {
  std::string bytes;
  for (int i = first; i < first + count; i++) {
    const int label = i % 10;
    std::minstd_rand noise(static_cast<uint32_t>(i + 1));
    bytes += static_cast<char>(label);
    for (int at = 0; at < 3072; at++) {
      const int plane = at / 1024, colour = 30 + 20 * (label * (plane + 1) % 10);
      bytes += static_cast<char>(colour + static_cast<int>(noise() % 30));
    }
  }
  return bytes;
}

void write_cifar10(const Workplace& place) {
  const auto write = [&](const std::string& name, const std::string& bytes) {
    place.write("cifar-10-batches-bin/" + name, bytes);
  };
  for (int i = 0; i < 5; i++)
    write("data_batch_" + std::to_string(i + 1) + ".bin", cifar10_records(20 * i, 20));
  write("test_batch.bin", cifar10_records(1000, 30));
  write("batches.meta.txt",
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
}

}  // namespace

TEST_CASE("the CIFAR-10 configs train on files as published") {
  const Workplace place;
  write_cifar10(place);
  const int epochs = fovea::test::kSanitized ? 1 : 6;
  for (const std::string name : {"cifar10", "cifar10-tanh"}) {
    const std::string config = FOVEA_CONFIGS "/" + name + ".json";
    const ProgramResult start = place.fovea(
        {"train", config, "max_steps=1", "batch_size=20", "-o", "start", "--json", "--force"});
    INFO(start.err);
    REQUIRE(start.exit_code == 0);
    CHECK_THAT(start.err, Contains("100 samples to train on, 30 to validate, 10 classes"));
    const ProgramResult run = place.fovea(
        {"train", config, "epochs=" + std::to_string(epochs), "batch_size=20", "--json"});
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    const json result = parse_json(run.out);
    CHECK(result["run"] == "runs/" + name);
    CHECK(result["step"] == 5 * epochs);
    CHECK(result["last"]["val"]["samples"] == 30);
    if (epochs > 1) CHECK(result["last"]["train"]["loss"] < 1.5);  // ln 10 = 2.3 at the start
    const ProgramResult eval =
        place.fovea({"eval", "runs/" + name + "/checkpoints/last.safetensors", "--json"});
    CHECK(parse_json(eval.out)["loss"] == result["last"]["val"]["loss"]);
  }
}

TEST_CASE("a config with crops and a split and balance and weights trains and resumes") {
  const Workplace place;
  write_cifar10(place);
  place.write("c.json", R"({
    "name": "crops", "seed": 4,
    "data": {"train": "cifar-10-batches-bin", "val_fraction": 0.2, "sampling": "balanced", "workers": 2,
             "augment": [{"type": "random_crop", "size": 28, "padding": 2}, {"type": "horizontal_flip"}]},
    "model": {"input": [3, 28, 28], "layers": [
      {"type": "conv2d", "out_channels": 4, "kernel_size": 5, "stride": 4}, {"type": "relu"},
      {"type": "flatten"}, {"type": "linear", "out_features": 10}]},
    "train": {"epochs": 3, "batch_size": 16, "class_weights": "balanced", "label_smoothing": 0.1,
              "optimizer": {"type": "sgd", "lr": 0.02}}
  })");
  const json whole = parse_json(place.fovea({"train", "c.json", "-o", "a", "--json"}).out);
  CHECK(whole["steps"] == 15);  // 80 pictures
  CHECK(whole["last"]["val"]["samples"] == 20);
  REQUIRE(place.fovea({"train", "c.json", "-o", "b", "epochs=2"}).exit_code == 0);
  const json resumed =
      parse_json(place.fovea({"train", "b", "--resume", "epochs=3", "--json"}).out);
  CHECK(resumed["weights_sha256"] == whole["weights_sha256"]);
  const json same = parse_json(
      place.fovea({"train", "c.json", "-o", "d", "--json", "--threads", "1", "data.workers=0"})
          .out);
  CHECK(same["weights_sha256"] == whole["weights_sha256"]);
  const json eval =
      parse_json(place.fovea({"eval", "a/checkpoints/last.safetensors", "--json"}).out);
  CHECK(eval["samples"] == 20);
  CHECK(eval["loss"] == whole["last"]["val"]["loss"]);
  // The model takes pictures as large as those it was cropped from, too.
  const json other = parse_json(
      place.fovea({"eval", "a", "--data", "cifar-10-batches-bin/test_batch.bin", "--json"}).out);
  CHECK(other["samples"] == 30);
}
