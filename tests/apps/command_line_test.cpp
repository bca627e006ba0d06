// SPDX-License-Identifier: Apache-2.0
// Usage, help, and streams that cannot be written.
#include "apps/workplace.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::test::ProgramResult;
using fovea::test::Workplace;

TEST_CASE("words that other programs use are answered") {
  const Workplace place;
  const std::vector<std::pair<std::string, std::string>> words{
      {"fit", "did you mean \"train\"?"},
      {"tran", "did you mean \"train\"?"},
      {"val", "did you mean \"eval\"?"},
      {"validate", "did you mean \"eval\"?"},
      {"test", "did you mean \"eval\"?"},
      {"convert", "did you mean \"export\"? This version"},
      {"time", "did you mean \"bench\"?"},
      {"benchmark", "did you mean \"bench\"?"},
      {"device_query", "did you mean \"doctor\"?"},
      {"checks", "did you mean \"doctor\"?"},
      {"export", "no command \"export\" yet"},
      {"quux", "fovea --help"}};
  for (const auto& [word, answer] : words) {
    const ProgramResult result = place.fovea({word});
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, Contains("error: ") && Contains(answer));
  }
}

TEST_CASE("a wrong command line is one message and exit code 2") {
  const Workplace place;
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"train"},
      {"train", "tiny.json", "--thread", "2"},
      {"train", "tiny.json", "--threads", "0"},
      {"train", "tiny.json", "--threads", "many"},
      {"train", "tiny.json", "--device", "gpu"},
      {"train", "tiny.json", "--devices", "0,"},
      {"train", "tiny.json", "--devices", "0,0"},
      {"train", "tiny.json", "--devices", "cpu,0"},
      {"train", "tiny.json", "--devices", "0,1", "--device", "cuda"},
      {"train", "tiny.json", "--resume", "--force"},
      {"train", "absent.json"},
      {"train", "tiny.json", "epochs"},
      {"eval", "x", "--labels", "y"},
      {"predict", "x"},
      {"summary", "tiny.json", "--batch", "-3"}};
  for (const auto& arguments : wrong) {
    const ProgramResult result = place.fovea(arguments);
    INFO(result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, Contains("error: "));
  }
  const ProgramResult target = place.fovea({"doctor"}, {"FOVEA_SIMD=AVX9"});
  CHECK(target.exit_code == 2);
  CHECK_THAT(target.err, Contains("AVX9"));
}

TEST_CASE("help and version go to standard output") {
  const Workplace place;
  for (const std::string command :
       {"train", "eval", "predict", "summary", "audit", "bench", "doctor"}) {
    const ProgramResult help = place.fovea({command, "--help"});
    CHECK(help.exit_code == 0);
    CHECK(help.err.empty());
    CHECK_THAT(help.out, Contains("fovea " + command) && Contains("--json"));
    CHECK_THAT(place.fovea({"--help"}).out, Contains("  " + command));
  }
  CHECK_THAT(place.fovea({"--version"}).out, Contains("fovea "));
}

TEST_CASE("a result that cannot be written is an error, not a crash") {
  const Workplace place;
  const std::string program = FOVEA_PROGRAM;
  const auto shell = [&](const std::string& script) {
    return fovea::test::run_program("/bin/sh", {"-c", script}, place.options());
  };
  const ProgramResult full = shell(program + " summary line.json > /dev/full");
  CHECK(full.exit_code == 1);
  CHECK_THAT(full.err, Contains("error: standard output: "));
  const ProgramResult closed =
      shell("{ sleep 0.2; " + program + " summary line.json; echo $? >&2; } | true");
  CHECK_THAT(closed.err, Contains("error: standard output: Broken pipe\n1\n"));
  const ProgramResult no_log = shell(program + " train line.json 2> /dev/full");
  CHECK(no_log.exit_code == 0);
}
