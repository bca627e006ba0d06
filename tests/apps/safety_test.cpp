// SPDX-License-Identifier: Apache-2.0
// What a run survives: signals, a second process, a full disk, damaged checkpoints.
#include "apps/workplace.h"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <thread>

using Catch::Contains;
using fovea::test::Program;
using fovea::test::ProgramResult;
using fovea::test::sha256_in;
using fovea::test::Workplace;

namespace {

// Longer than any test waits: a signal ends it.
const std::vector<std::string> kEndless{"train",     "line.json", "epochs=100000000",
                                        "-o",        "run",       "log.every=1",
                                        "--threads", "1",         "lr=1e-6"};

void wait_for(const std::function<bool()>& condition) {
  for (int i = 0; i < 20000 && !condition(); i++)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  REQUIRE(condition());
}

void wait_for_steps(const Workplace& place) {
  wait_for(
      [&] { return place.read("run/metrics.jsonl").find("\"step\": 3,") != std::string::npos; });
}

}  // namespace

TEST_CASE("SIGINT, SIGTERM and SIGHUP end a run with a checkpoint, and their code") {
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 143}}) {
    const Workplace place;
    Program program(FOVEA_PROGRAM, kEndless, place.options());
    wait_for_steps(place);
    program.send(signal);
    const ProgramResult stopped = program.wait();
    CHECK(stopped.exit_code == code);
    CHECK_THAT(stopped.err, Contains(code == 130 ? "stopped by SIGINT" : "stopped by SIGTERM"));
    const std::string metrics = place.read("run/metrics.jsonl");
    const size_t last = metrics.rfind("\"step\": ") + 8;
    CHECK_THAT(stopped.out, Contains("after step " +
                                     metrics.substr(last, metrics.find(',', last) - last) + "\n"));
  }
}

TEST_CASE("SIGUSR1 saves, and the run goes on") {
  const Workplace place;
  std::vector<std::string> arguments = kEndless;
  arguments.push_back("data.train.samples=1000000");  // no end of an epoch saves
  Program program(FOVEA_PROGRAM, arguments, place.options());
  wait_for_steps(place);
  CHECK_FALSE(place.has("run/checkpoints/last.safetensors"));
  program.send(SIGUSR1);
  wait_for([&] { return place.has("run/checkpoints/last.safetensors"); });
  const size_t lines = place.read("run/metrics.jsonl").size();
  wait_for([&] { return place.read("run/metrics.jsonl").size() > lines + 200; });
  program.send(SIGTERM);
  CHECK(program.wait().exit_code == 143);
}

TEST_CASE("a second process in a run's folder is refused, and kill -9 frees the folder") {
  const Workplace place;
  {
    Program program(FOVEA_PROGRAM, kEndless, place.options());
    wait_for_steps(place);
    const std::vector<std::vector<std::string>> others{
        {"train", "line.json", "-o", "run", "--force"},
        {"train", "run", "--resume"},
        {"train", "line.json", "-o", "run", "--resume"}};
    for (const auto& second : others) {
      const ProgramResult refused = place.fovea(second);
      CHECK(refused.exit_code == 2);
      CHECK_THAT(refused.err,
                 Contains("error: run: process ") && Contains("is training in this folder"));
    }
  }  // kill -9
  CHECK(place.fovea({"train", "line.json", "-o", "run", "--force"}).exit_code == 0);
}

TEST_CASE("a damaged checkpoint is not gone on from, and said to be damaged") {
  const Workplace place;
  REQUIRE(place.fovea({"train", "line.json", "epochs=1", "-o", "run"}).exit_code == 0);
  const std::string path = "run/checkpoints/last.safetensors";
  const std::string good = place.read(path);
  for (const size_t at : {good.size() - 3, good.find("last_loss") + 13, good.size() / 3}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 2);
    place.write(path, bad);
    const ProgramResult result = place.fovea({"train", "run", "--resume", "epochs=2"});
    INFO(result.err);
    CHECK(result.exit_code == 3);
    CHECK_THAT(result.err, Contains("error: " + path + ": "));
    CHECK(place.read(path) == bad);
  }
}

TEST_CASE("a full disk is told, and the run goes on from the older checkpoint") {
  const Workplace place;
  const std::string large = "fc.out_features=1000";
  const std::string whole =
      sha256_in(place.fovea({"train", "line.json", large, "-o", "whole"}).out);
  REQUIRE(place.fovea({"train", "line.json", large, "max_steps=5", "-o", "run"}).exit_code == 0);
  const std::string before = place.read("run/checkpoints/last.safetensors");
  // No file may grow past 50 blocks of 512 bytes: logs fit in, checkpoints do not.
  const std::string limited = "trap '' XFSZ; ulimit -f 50; exec " FOVEA_PROGRAM " train run ";
  const ProgramResult full = fovea::test::run_program(
      "/bin/sh", {"-c", limited + "--resume max_steps=0"}, place.options());
  INFO(full.err);
  CHECK(full.exit_code == 1);
  CHECK_THAT(full.err, Contains("warning: cannot write run/checkpoints/last.safetensors: File too "
                                "large") &&
                           Contains("training goes on"));
  CHECK_THAT(full.err, Contains("error: cannot write run/checkpoints/last.safetensors"));
  CHECK(place.read("run/checkpoints/last.safetensors") == before);
  CHECK(sha256_in(place.fovea({"train", "run", "--resume", "max_steps=0"}).out) == whole);
}

TEST_CASE("a run goes on only with data and batches of its own") {
  const Workplace place;
  REQUIRE(place.fovea({"train", "line.json", "max_steps=3", "-o", "run"}).exit_code == 0);
  const ProgramResult result = place.fovea({"train", "run", "--resume", "batch_size=32"});
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Contains("3 batches into an epoch, and with this config an epoch has 2"));
}
