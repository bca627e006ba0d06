// SPDX-License-Identifier: Apache-2.0
// fovea train --weights: what is taken from another run, and what is not.
#include "apps/workplace.h"
#include "support/json.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

const std::string kWeights = "run/checkpoints/last.safetensors";

double loss_of_first_step(const Workplace& place, const std::string& folder) {
  const std::string lines = place.read(folder + "/metrics.jsonl");
  return parse_json(lines.substr(0, lines.find('\n')))["loss"].get<double>();
}

ProgramResult tune(const Workplace& place, std::vector<std::string> more) {
  more.insert(more.begin(), {"train", "tiny.json", "--weights", kWeights, "max_steps=1"});
  return place.fovea(more);
}

}  // namespace

TEST_CASE("training starts from the weights of another run, and says what it took") {
  const Workplace place;
  REQUIRE(place.fovea({"train", "tiny.json", "-o", "run"}).exit_code == 0);
  REQUIRE(place.fovea({"train", "tiny.json", "max_steps=1", "-o", "fresh"}).exit_code == 0);
  const ProgramResult tuned = tune(place, {"-o", "tuned"});
  REQUIRE(tuned.exit_code == 0);
  CHECK_THAT(tuned.err, Contains("weights of " + kWeights + "\n") &&
                            Contains("  taken: 4, conv1.weight, conv1.bias, fc.weight, fc.bias\n"));
  CHECK(loss_of_first_step(place, "tuned") < 0.5 * loss_of_first_step(place, "fresh"));

  SECTION("another number of classes starts the last layer anew only when asked") {
    const std::string wider = "fc.out_features=12";
    const ProgramResult refused = tune(place, {wider, "-o", "wide"});
    CHECK(refused.exit_code == 3);
    CHECK_THAT(refused.err, Contains("error: " + kWeights + ": \"fc.weight\" is F32 [10,96]") &&
                                Contains("this net has F32 [12,96]") && Contains("--reinit fc"));
    CHECK_FALSE(place.has("wide"));
    const ProgramResult asked = tune(place, {wider, "--reinit", "fc", "-o", "wide"});
    CHECK(asked.exit_code == 0);
    CHECK_THAT(asked.err, Contains("  taken: 2, conv1.weight, conv1.bias\n") &&
                              Contains("  new: 2, fc.weight, fc.bias\n"));
  }
  SECTION("layers that the file lacks are new, tensors that the net lacks are not used") {
    const ProgramResult renamed = tune(place, {"model.layers.fc.name=head", "-o", "other"});
    CHECK(renamed.exit_code == 0);
    CHECK_THAT(renamed.err, Contains("  new: 2, head.weight, head.bias\n") &&
                                Contains("  not used: 2, fc.bias, fc.weight\n"));
  }
  SECTION("a file for another net, a layer that is not there, a damaged file") {
    const ProgramResult other =
        tune(place, {"conv1.name=a", "model.layers.fc.name=b", "-o", "none"});
    CHECK(other.exit_code == 3);
    CHECK_THAT(other.err, Contains("error: " + kWeights) && Contains("\"conv1.bias\"") &&
                              Contains("\"a.weight\""));
    const ProgramResult slip = tune(place, {"--reinit", "fcc", "-o", "none"});
    CHECK(slip.exit_code == 2);
    CHECK_THAT(slip.err, Contains("did you mean \"fc\"?"));
    CHECK(place.fovea({"train", "tiny.json", "--reinit", "fc"}).exit_code == 2);
    std::string bytes = place.read(kWeights);
    bytes[bytes.size() - 1] ^= 1;
    place.write(kWeights, bytes);
    bytes = place.read(kWeights);
    CHECK(tune(place, {"-o", "tuned-2"}).exit_code == 0);  // the damage is in a momentum
    const size_t header =
        static_cast<unsigned char>(bytes[0]) + 256u * static_cast<unsigned char>(bytes[1]);
    bytes[header + 8] ^= 1;
    place.write(kWeights, bytes);
    const ProgramResult damaged = tune(place, {"-o", "none"});
    CHECK(damaged.exit_code == 3);
    CHECK_THAT(damaged.err, Contains("conv1.bias is damaged"));
    CHECK_FALSE(place.has("none"));
  }
}
