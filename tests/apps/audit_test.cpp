// SPDX-License-Identifier: Apache-2.0
// fovea audit, on honest runs and on one with a bit turned over.
#include "apps/workplace.h"
#include "support/json.h"

#include <catch2/catch.hpp>

#include <cstring>

using Catch::Contains;
using fovea::test::parse_json;
using fovea::test::ProgramResult;
using fovea::test::Workplace;
using nlohmann::json;

namespace {

// 300 samples in batches of 32: 10 steps an epoch.
ProgramResult train(const Workplace& place, std::vector<std::string> more) {
  more.insert(more.begin(), {"train", "tiny.json", "-o", "run", "log.hashes=1",
                             "checkpoint.every=1", R"(train.lr_schedule={"type": "constant"})"});
  return place.fovea(more);
}

// The file with the lowest bit of a tensor's first element turned over, and no checksums.
void turn_a_bit(const Workplace& place, const std::string& path, const std::string& tensor) {
  std::string bytes = place.read(path);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  json header = parse_json(bytes.substr(8, length));
  header["__metadata__"].erase("crc32c");
  std::string data = bytes.substr(8 + length);
  data[header[tensor]["data_offsets"][0].get<size_t>()] ^= 1;
  const std::string text = header.dump();
  length = text.size();
  std::string changed(sizeof length, '\0');
  std::memcpy(changed.data(), &length, sizeof length);
  place.write(path, changed + text + data);
}

}  // namespace

TEST_CASE("an audit confirms an honest run with other threads and another instruction set") {
  const Workplace place;
  REQUIRE(train(place, {"epochs=2", "--threads", "1"}).exit_code == 0);
  const json doctor = parse_json(place.fovea({"doctor", "--json"}).out);
  for (const std::string target : doctor["simd_targets"]) {
    const json says = parse_json(place.fovea({"doctor", "--json"}, {"FOVEA_SIMD=" + target}).out);
    if (says["exact"] != true) continue;
    INFO(target);
    const ProgramResult whole =
        place.fovea({"audit", "run", "--threads", "3"}, {"FOVEA_SIMD=" + target});
    CHECK(whole.exit_code == 0);
    CHECK(whole.out == "replayed from step 0: all 20 hashes agree, to step 20\n");
    const ProgramResult part =
        place.fovea({"audit", "run", "--from", "12", "--steps", "3"}, {"FOVEA_SIMD=" + target});
    CHECK(part.out == "replayed from step 10: all 4 hashes agree, to step 15\n");
  }
}

TEST_CASE("an audit finds one bit of one weight, its step and its layer") {
  const Workplace place;
  REQUIRE(train(place, {"max_steps=10"}).exit_code == 0);
  for (const std::string file : {"last", "epoch-001"})
    turn_a_bit(place, "run/checkpoints/" + file + ".safetensors", "fc.weight");
  REQUIRE(place.fovea({"train", "run", "--resume", "max_steps=0", "epochs=2"}).exit_code == 0);

  const ProgramResult whole = place.fovea({"audit", "run"});
  CHECK(whole.exit_code == 1);
  CHECK_THAT(whole.out, Contains("replayed from step 0: the hashes part at step 11, first in ") &&
                            Contains("they agreed up to step 10"));
  const json part = parse_json(place.fovea({"audit", "run", "--from", "10", "--json"}).out);
  CHECK(part["agrees"] == false);
  CHECK(part["differs_at"] == 10);
  CHECK(part["differs_in"] == "fc.weight");
}
