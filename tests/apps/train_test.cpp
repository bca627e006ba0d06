// SPDX-License-Identifier: Apache-2.0
// fovea train: runs, their folders, and what is the same bits.
#include "apps/workplace.h"
#include "support/json.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <thread>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::Program;
using fovea::test::ProgramResult;
using fovea::test::sha256_in;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

// The hash of the weights that a training run ends with.
std::string trained(const Workplace& place, std::vector<std::string> arguments,
                    std::vector<std::string> environment = {}) {
  arguments.insert(arguments.begin(), "train");
  const ProgramResult result = place.fovea(arguments, std::move(environment));
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return sha256_in(result.out);
}

void wait_for_a_logged_step(const Workplace& place, const std::string& folder) {
  while (place.read(folder + "/metrics.jsonl").find('\n') == std::string::npos)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::vector<std::string> exact_targets(const Workplace& place) {
  std::vector<std::string> exact;
  const json doctor_says = parse_json(place.fovea({"doctor", "--json"}).out);
  for (const std::string target : doctor_says["simd_targets"]) {
    const ProgramResult doctor = place.fovea({"doctor", "--json"}, {"FOVEA_SIMD=" + target});
    if (parse_json(doctor.out)["exact"] == true) exact.push_back(target);
  }
  return exact;
}

}  // namespace

TEST_CASE("a run learns, and leaves its folder") {
  const Workplace place;
  const ProgramResult result = place.fovea({"train", "tiny.json"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("last  epoch 3  validation loss"));
  CHECK_THAT(result.out, Contains("run     runs/tiny\n"));
  CHECK(sha256_in(result.out).size() == 64);
  CHECK_THAT(result.err, Contains("300 samples to train on, 70 to validate, 10 classes"));
  CHECK_THAT(result.err, Contains("epoch=3 step=30 loss="));
  CHECK_THAT(result.err, Contains("epoch 3/3  train loss"));
  for (const char* file :
       {"config.json", "env.json", "train.log", "metrics.jsonl", "results.csv", "speed.csv",
        "train", "val", "curves.svg", "conv1.png", "confusion.svg", "report.html",
        "checkpoints/last.safetensors", "checkpoints/best.safetensors"})
    CHECK(place.has("runs/tiny/" + std::string(file)));
  const json score = parse_json(place.fovea({"eval", "runs/tiny", "--json"}).out);
  CHECK(score["samples"] == 70);
  CHECK(score["top1"] > 0.9);
}

TEST_CASE("what a run says without a terminal has no control characters, and is its train.log") {
  const Workplace place;
  const ProgramResult result =
      place.fovea({"train", "tiny.json", "-o", "run"}, {"TERM=xterm-256color"});
  CHECK_THAT(result.err, Contains(" eta=0:00\n"));
  CHECK(std::none_of(result.err.begin(), result.err.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7F; }));
  const std::string log = place.read("run/train.log");
  CHECK(log == result.err);
  const ProgramResult more = place.fovea({"train", "run", "--resume", "epochs=4", "lr=1e30"});
  CHECK(more.exit_code == 4);
  CHECK(place.read("run/train.log") == log + more.err);  // with the error
}

TEST_CASE("env.json tells what a run was made with") {
  const Workplace place;
  const auto environment = [&] { return parse_json(place.read("runs/line/env.json")); };
  REQUIRE(place.fovea({"train", "line.json", "max_steps=2", "--threads", "1"}).exit_code == 0);
  const json first = environment();
  CHECK(first["command"] ==
        json({FOVEA_PROGRAM, "train", "line.json", "max_steps=2", "--threads", "1"}));
  CHECK(first["threads"] == 1);
  CHECK(first["data"]["train"]["samples"] == 60);
  CHECK(first["data"]["val"]["sha256"].get<std::string>().size() == 64);
  REQUIRE(place.fovea({"train", "runs/line", "--resume", "max_steps=4"}).exit_code == 0);
  CHECK(environment()["from_step"] == 2);
  CHECK(environment()["data"] == first["data"]);
  CHECK(environment()["earlier"] == json::array({first}));
}

TEST_CASE("no run overwrites another by accident") {
  const Workplace place;
  const std::vector<std::string> quick{"train", "line.json", "max_steps=1"};
  const auto with = [&quick](std::vector<std::string> more) {
    more.insert(more.begin(), quick.begin(), quick.end());
    return more;
  };
  CHECK_THAT(place.fovea(quick).out, Contains("run     runs/line\n"));
  CHECK_THAT(place.fovea(quick).out, Contains("run     runs/line-2\n"));
  const ProgramResult again = place.fovea(with({"-o", "runs/line"}));
  CHECK(again.exit_code == 2);
  CHECK_THAT(again.err,
             Contains("error: runs/line: a run is there already") && Contains("--force"));
  CHECK(place.fovea(with({"-o", "runs/line", "--force"})).exit_code == 0);
  CHECK(place.fovea({"train", "runs/line"}).exit_code == 2);
  CHECK(place.fovea({"train", "line.json", "--resume"}).exit_code == 2);
  CHECK(place.fovea({"train", "runs/none", "--resume"}).exit_code == 2);
}

TEST_CASE("a run in two parts ends with the bits of one") {
  const Workplace place;
  const std::string constant = R"(train.lr_schedule={"type": "constant"})";
  for (const std::string config : {"tiny.json", "line.json"}) {
    const std::string whole = trained(place, {config, constant, "-o", "whole", "--force"});
    for (const std::string steps : {"max_steps=1", "max_steps=4"}) {
      trained(place, {config, constant, steps, "-o", "parts", "--force"});
      CHECK(trained(place, {"parts", "--resume", "max_steps=0"}) == whole);
      CHECK(place.read("parts/results.csv") == place.read("whole/results.csv"));
    }
  }
}

TEST_CASE("a run that SIGTERM or SIGINT stops goes on to the same bits") {
  const Workplace place;
  const std::vector<std::string> arguments{
      "tiny.json", "epochs=4", "batch_size=2", "lr=0.01", "log.every=1", "--threads", "1"};
  const auto in = [&arguments](const std::string& folder) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"-o", folder, "--force"});
    return all;
  };
  const std::string whole = trained(place, in("whole"));
  for (const int signal : {SIGTERM, SIGINT}) {
    std::vector<std::string> train = in("parts");
    train.insert(train.begin(), "train");
    std::filesystem::remove_all(place.options().folder + "/parts");
    Program program(FOVEA_PROGRAM, train, place.options());
    wait_for_a_logged_step(place, "parts");
    program.send(signal);
    const ProgramResult stopped = program.wait();
    CHECK(stopped.exit_code == 128 + signal);
    CHECK_THAT(stopped.err, Contains("to go on: fovea train parts --resume"));
    CHECK(trained(place, {"parts", "--resume", "--threads", "1"}) == whole);
    CHECK(place.read("parts/metrics.jsonl") == place.read("whole/metrics.jsonl"));
  }
}

TEST_CASE("neither threads nor the instruction set change a bit") {
  const Workplace place;
  const auto run = [&](const std::string& threads, std::vector<std::string> environment) {
    return trained(place, {"tiny.json", "epochs=1", "-o", "run", "--force", "--threads", threads},
                   std::move(environment));
  };
  const std::string one = run("1", {});
  for (const char* threads : {"2", "3", "7"}) CHECK(run(threads, {}) == one);
  for (const std::string& target : exact_targets(place)) {
    INFO(target);
    CHECK(run("2", {"FOVEA_SIMD=" + target}) == one);
  }
  CHECK(trained(place, {"tiny.json", "epochs=1", "-o", "other", "--seed", "4"}) != one);
}

TEST_CASE("a run that diverges ends with its last checkpoint as it was") {
  const Workplace place;
  trained(place, {"tiny.json", "epochs=1", "-o", "run"});
  const std::string before = place.read("run/checkpoints/last.safetensors");
  const ProgramResult result = place.fovea({"train", "run", "--resume", "epochs=9", "lr=1e30"});
  CHECK(result.exit_code == 4);
  CHECK_THAT(result.err, Contains("error: step ") && Contains("train.optimizer.lr"));
  CHECK(place.read("run/checkpoints/last.safetensors") == before);
}

TEST_CASE("the resolved config is strict JSON that reads back to itself") {
  const Workplace place;
  const ProgramResult first =
      place.fovea({"train", "tiny.json", "--print", "lr=0.25", "--seed", "9"});
  REQUIRE(first.exit_code == 0);
  const json config = parse_json(first.out);
  CHECK(config["train"]["optimizer"]["lr"] == 0.25);
  CHECK(config["seed"] == 9);
  CHECK(config["train"]["numerics"] == "exact");
  place.write("again.json", first.out);
  CHECK(place.fovea({"train", "again.json", "--print"}).out == first.out);
  CHECK_FALSE(place.has("runs"));
}

TEST_CASE("the result as JSON says what the text says") {
  const Workplace place;
  const json result = parse_json(place.fovea({"train", "line.json", "--json"}).out);
  CHECK(result["finished"] == true);
  CHECK(result["run"] == "runs/line");
  CHECK(result["step"] == 8);
  CHECK(result["weights_sha256"].get<std::string>().size() == 64);
  CHECK(result["last"]["epoch"] == 2);
  CHECK(result["best"]["val"]["top1"] == result["best_top1"]);
}
