// SPDX-License-Identifier: Apache-2.0
#include "data/byte_files.h"
#include "support/temp_dir.h"

#include <fovea/optim/preflight.h>

#include <catch2/catch.hpp>

#include <algorithm>

using fovea::Config;
using fovea::PreflightFinding;
using fovea::RunConfig;
using Verdict = fovea::PreflightFinding::Verdict;
using Catch::Contains;

namespace {

// A net as deep as it takes for first values to matter, with the paper's in it.
std::string recipe(const std::string& data,
                   const std::string& init = R"({"weight": {"normal": 0.03}})",
                   const std::string& train = R"({"batch_size": 16})") {
  return R"({"data": {)" + data + R"(}, "train": )" + train +
         R"(, "model": {"input": [3, 16, 16], "init": )" + init + R"(, "layers": [
      {"type": "conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1}, {"type": "relu"},
      {"type": "maxpool2d", "kernel_size": 2},
      {"type": "conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1}, {"type": "relu"},
      {"type": "conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1}, {"type": "relu"},
      {"type": "flatten"}, {"type": "linear", "out_features": 64}, {"type": "relu"},
      {"type": "linear", "out_features": 10}]}})";
}

constexpr const char* kPictures =
    R"("train": {"type": "synthetic", "shape": [3, 16, 16], "samples": 200}, "scale": "raw", "mean": 128)";

std::vector<PreflightFinding> look_at(const std::string& config) {
  return fovea::preflight(RunConfig::read(Config::parse(config)),
                          {.device = fovea::Device::cpu(), .threads = 1});
}

const PreflightFinding& about(const std::vector<PreflightFinding>& findings, const char* topic) {
  const auto it = std::ranges::find(findings, topic, &PreflightFinding::topic);
  INFO(topic);
  REQUIRE(it != findings.end());
  return *it;
}

}  // namespace

TEST_CASE("a recipe that can work passes, and every topic is looked at") {
  const auto findings = look_at(recipe(kPictures));
  for (const char* topic :
       {"classes", "pictures", "memory", "first loss", "spread", "dead units", "one batch", "time"})
    CHECK(about(findings, topic).verdict == Verdict::good);
  CHECK(fovea::verdict_of(findings) == Verdict::good);
  CHECK_THAT(about(findings, "classes").finding, Contains("200 pictures in 10 classes, 20 to 20"));
}

TEST_CASE("first values that are too large, too small, or biases of 1 everywhere are bad") {
  CHECK(about(look_at(recipe(kPictures, R"({"weight": {"normal": 0.3}})")), "first loss").verdict ==
        Verdict::bad);
  const std::string normalised =
      R"("train": {"type": "synthetic", "shape": [3, 16, 16], "samples": 200}, "mean": 0.5, "std": 0.25)";
  const auto flat = look_at(recipe(normalised, R"({"weight": {"normal": 0.001}, "bias": 0.1})"));
  CHECK(about(flat, "spread").verdict == Verdict::bad);
  CHECK_THAT(about(flat, "spread").advice, Contains("kaiming"));
  const auto ones = look_at(recipe(kPictures, R"({"weight": {"normal": 0.03}, "bias": 1})"));
  CHECK(about(ones, "biases").verdict == Verdict::bad);
  const auto dead = look_at(recipe(kPictures, R"({"weight": {"normal": 0.03}, "bias": -1000})"));
  CHECK(about(dead, "dead units").verdict == Verdict::bad);
}

TEST_CASE("a learning rate that throws the net out of its course is bad") {
  const auto findings =
      look_at(recipe(kPictures, R"({"weight": {"normal": 0.03}})",
                     R"({"batch_size": 16, "optimizer": {"type": "sgd", "lr": 1000}})"));
  CHECK(about(findings, "one batch").verdict == Verdict::bad);
}

TEST_CASE("a batch that does not fit memory is bad, and the largest that fits is named") {
  const auto findings =
      look_at(recipe(kPictures, R"({"weight": {"normal": 0.03}})", R"({"batch_size": 16000000})"));
  CHECK(about(findings, "memory").verdict == Verdict::bad);
  CHECK_THAT(about(findings, "memory").advice, Contains("train.batch_size="));
}

TEST_CASE("data that does not suit the net, or is not there, is bad and ends the look") {
  const auto many = look_at(recipe(
      R"("train": {"type": "synthetic", "shape": [3, 16, 16], "samples": 200, "classes": 11})"));
  CHECK(about(many, "data").verdict == Verdict::bad);
  CHECK_FALSE(about(many, "data").of_data);
  CHECK(std::ranges::find(many, "spread", &PreflightFinding::topic) == many.end());
  const auto none = look_at(recipe(R"("train": "/no/such/folder")"));
  CHECK(about(none, "data").of_data);
  CHECK_THAT(about(none, "data").finding, Contains("/no/such/folder"));
}

TEST_CASE("classes of uneven sizes and pictures that are there twice are noted") {
  const fovea::test::TempDir dir;
  const std::string images = dir.write(
      "train-images-idx3-ubyte", fovea::test::idx3_header(30, 16, 16) + std::string(30 * 256, 'x'));
  dir.write("train-labels-idx1-ubyte", fovea::test::big_endian(0x801) +
                                           fovea::test::big_endian(30) + std::string(29, 0) +
                                           std::string(1, 1));
  std::string config = recipe("\"train\": \"" + images + "\"");
  config.replace(config.find("[3, 16, 16], \"init\""), 11, "[1, 16, 16]");
  const auto findings = look_at(config);
  CHECK(about(findings, "classes").verdict == Verdict::note);
  CHECK_THAT(about(findings, "classes").finding, Contains("none of \"2\""));
  CHECK(about(findings, "pictures").verdict == Verdict::note);
  CHECK_THAT(about(findings, "pictures").finding, Contains("1 are equal to one of another class"));
}
