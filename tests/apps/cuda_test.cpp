// SPDX-License-Identifier: Apache-2.0
// The program with --device cuda, on an emulated GPU or a real one.
#include "apps/workplace.h"
#include "support/json.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

json gpus_of(const Workplace& place) {
  return parse_json(place.fovea({"doctor", "--json"}).out)["gpus"];
}

// Whether there is no GPU that can run every kernel.
bool skipped(const Workplace& place) {
  const json gpus = gpus_of(place);
  if (!gpus.empty() && !gpus[0].contains("trouble")) return false;
  WARN("test skipped: no CUDA device");
  return true;
}

json trained(const Workplace& place, const std::string& config, const std::string& device) {
  const ProgramResult result = place.fovea(
      {"train", config, "-o", device, "--device", device, "--json", "log.hashes=2", "epochs=1"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return parse_json(result.out);
}

}  // namespace

TEST_CASE(
    "a run on a GPU has the weights of a run on the CPU, and an audit on either confirms it") {
  const Workplace place;
  if (skipped(place)) return;
  for (const char* config : {"tiny.json", "line.json"}) {
    const json cpu = trained(place, config, "cpu"), gpu = trained(place, config, "cuda:0");
    CHECK(cpu["weights_sha256"] == gpu["weights_sha256"]);
    CHECK(place.read("cpu/results.csv") == place.read("cuda:0/results.csv"));
    CHECK(std::filesystem::exists(place.path("cuda:0/report.html")));
    CHECK_THAT(place.read("cuda:0/env.json"), Contains(R"("device": "cuda:0, )"));
    for (const auto& [run, device] : {std::pair("cpu", "cuda"), {"cuda:0", "cpu"}}) {
      const ProgramResult audit = place.fovea({"audit", run, "--device", device});
      INFO(run << audit.err);
      CHECK(audit.exit_code == 0);
      CHECK_THAT(audit.out, Contains("hashes agree"));
    }
    std::filesystem::remove_all(place.path("cpu"));
    std::filesystem::remove_all(place.path("cuda:0"));
  }
}

TEST_CASE("eval and predict on a GPU say what they say on the CPU") {
  const Workplace place;
  if (skipped(place)) return;
  trained(place, "tiny.json", "cpu");
  const auto says = [&](const char* device) {
    json eval = parse_json(place.fovea({"eval", "cpu", "--json", "--device", device}).out);
    const std::string predict = place
                                    .fovea({"predict", "cpu", "val-images-idx3-ubyte.gz", "--first",
                                            "3", "--json", "--device", device})
                                    .out;
    return std::tuple(eval["loss"], eval["top1"], predict);
  };
  CHECK(says("cpu") == says("cuda"));
}

TEST_CASE("a device that is not there is one clear error") {
  const Workplace place;
  const ProgramResult result =
      place.fovea({"train", "line.json", "-o", "run", "--device", "cuda:99"});
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("error: ") && Contains("cuda"));
  CHECK_THAT(result.err, Contains(gpus_of(place).empty() ? "cpu" : "does not exist"));
  CHECK_FALSE(place.has("run"));
  const ProgramResult unknown =
      place.fovea({"train", "line.json", "-o", "run", "train.device=tpu"});
  CHECK(unknown.exit_code == 2);
  CHECK_THAT(unknown.err, Contains(R"(must be "auto", "cpu", "cuda" or "cuda:N")"));
}
