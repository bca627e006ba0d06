// SPDX-License-Identifier: Apache-2.0
// What `fovea bench` says, not how fast it is.
#include "apps/workplace.h"
#include "support/json.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

json bench(const Workplace& place, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "bench");
  arguments.insert(arguments.end(), {"--json", "--rounds", "2", "--threads", "1"});
  const ProgramResult result = place.fovea(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return parse_json(result.out);
}

}  // namespace

TEST_CASE("bench shows each layer's work and time and they add up") {
  const Workplace place;
  const json result = bench(place, {"tiny.json", "--layers", "--batch", "8"});
  const json summary = parse_json(place.fovea({"summary", "tiny.json", "--json"}).out);
  double forward_flops = 0, backward_flops = 0, ms = result["rest_ms"].get<double>();
  std::string names;
  for (const json& layer : result["layers"]) {
    names += layer["name"].get<std::string>() + "; ";
    forward_flops += layer["forward"]["flops"].get<double>();
    for (const char* pass : {"forward", "backward"}) {
      if (!layer.contains(pass)) continue;
      const json& p = layer[pass];
      ms += p["ms"].get<double>();
      CHECK(p["ms"].get<double>() > 0);
      if (layer["type"] == "flatten") continue;  // a view
      CHECK(p["bytes"].get<double>() > 0);
      CHECK(p["percent_of_peak"].get<double>() > 0);
      CHECK(p["peak"] == (p["flops"].get<double>() > 0 ? "tile" : "copy"));
    }
    if (layer.contains("backward")) backward_flops += layer["backward"]["flops"].get<double>();
  }
  CHECK(names == "conv1 + relu1; lrn1 + maxpool2d1; flatten1; dropout1; fc; ");
  CHECK(forward_flops == 2 * 8 * summary["macs"].get<double>());
  // conv1 gives the pictures no gradient.
  const auto conv1_flops = result["layers"][0]["forward"]["flops"].get<double>();
  CHECK(backward_flops == 2 * forward_flops - conv1_flops);
  CHECK(result["sum_ms"].get<double>() == Approx(ms + result["update"]["ms"].get<double>()));
  CHECK(result["images_per_second"].get<double>() ==
        Approx(8000 / result["step_ms"].get<double>()));
}

TEST_CASE("bench without layers shows the step and without a config the machine") {
  const Workplace place;
  const json step = bench(place, {"line.json", "batch_size=5", "train.accumulate=2"});
  CHECK(step["batch"] == 5);
  CHECK(step["step_ms"].get<double>() > 0);
  CHECK_FALSE(step.contains("layers"));
  const json machine = bench(place, {})["machine"];
  for (const char* limit :
       {"multiply_add_flops_per_second", "tile_flops_per_second", "copy_bytes_per_second"}) {
    CHECK(machine[limit].get<double>() > 0);
  }
}

TEST_CASE("bench prints tables for people") {
  const Workplace place;
  const ProgramResult result =
      place.fovea({"bench", "tiny.json", "--layers", "--rounds", "1", "--batch", "4"});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("conv1 + relu1") && Contains("images/s") &&
                             Contains("loss and the rest") && Contains("update"));
  CHECK(place.fovea({"bench", "--layers"}).exit_code == 2);
  CHECK(place.fovea({"bench", "absent.json"}).exit_code == 2);
}
