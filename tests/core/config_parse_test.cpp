// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"

#include <fovea/core/config.h>
#include <fovea/core/error.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <string>

using Catch::Contains;
using fovea::Config;

namespace {
std::string parse_error(const std::string& text) {
  return fovea::test::error_message<fovea::ConfigError>([&] { Config::parse(text, "net.json"); });
}
}  // namespace

TEST_CASE("a config may have comments and a byte order mark") {
  const Config config = Config::parse("\xEF\xBB\xBF// train\n{ /* twice */ \"a\": 1 // end\n}");
  CHECK(config.get<int>("a") == 1);
  CHECK(config.find("a").where() == "config:2:20");
}

TEST_CASE("a mistake in JSON is named with its place and the line") {
  CHECK(parse_error("{\n  \"lr\": NaN\n}") ==
        "net.json:2:9: error: lr: NaN is not JSON; a finite number wanted\n"
        "    2 |   \"lr\": NaN\n"
        "      |         ^^^");
  // Columns and marks count characters, not bytes.
  CHECK_THAT(parse_error("{\"é\": 1, \"b\": tru}"), Contains("net.json:1:15: error: b: \"tru\"") &&
                                                        Contains("\n      |               ^^^"));
}

TEST_CASE("each kind of broken JSON has its message") {
  const struct {
    std::string text, message;
  } cases[] = {
      {"", "1:1: error: the file is empty"},
      {" \n ", "the file is empty"},
      {"{\"a\": [1, 2", "a[2]: the text ends too early, at offset 11 of 11 bytes"},
      {"{\n\"a\": 1,", "the object of line 1 is not closed"},
      {"{\"a\": \"xx", "a: this string is not closed"},
      {"{\"a\": -Infinity}", "a: -Infinity is not JSON"},
      {"{\"a\": 1e400}", "a: 1e400 is too large"},
      {"{\"a\": 01}", "a: \"01\" is not JSON"},
      {"{\"a\": .5}", "a: \".5\" is not a JSON number"},
      {"{\"a\": 1abc}", "a: \"1abc\" is not JSON"},
      {"[truefalse]", "[0]: \"truefalse\" is not JSON"},
      {"{\"a\": [1, 2,]}", "1:12: error: a[2]: a comma before \"]\"; JSON has no trailing commas"},
      {"{\"a\": 1,\n}", "1:8: error: a comma before \"}\"; JSON has no trailing commas"},
      {"[1,,2]", "1:4: error: [1]: a value is missing before this comma"},
      {"{\"a\": 1 \"b\": 2}", "1:9: error: a comma is missing before this"},
      {"{\"a\" 1}", "a: a colon is missing before this"},
      {"{\"a\": }", "a: a value is missing before this"},
      {"{'a': 1}", "strings and keys stand in double quotes"},
      {"{1: 2}", "a key in double quotes wanted"},
      {"{\"a\": 1} {}", "text after the end of the document"},
      {"{\"a\": 1}}", "unexpected \"}\""},
      {"{\"a\": 1, \"a\": 1}", "1:11: error: a: the key \"a\" is here twice"},
      {"{\"b\": {\"a\": 1, \"a\": 2}}", "b.a: the key \"a\" is here twice"},
      {"{\"a\": \"\x01\"}", "control character"},
      {"{\"a\": \"\\q\"}", "forbidden character after backslash"},
      {"{\"a\": \"\xFF\"}", "UTF-8"},
      {"{\"a\": /* x", "the text ends too early"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK_THAT(parse_error(text), Contains(message));
  }
}

TEST_CASE("hostile configs end soon and in bounded memory") {
  CHECK_THAT(parse_error(std::string(300'000, '[')), Contains("nested deeper than 64 levels"));
  if (!fovea::test::kThreadSanitized) {  // there is one thread
    std::string many = "[0";
    for (int i = 0; i < 1'000'001; i++) many += ",0";
    CHECK_THAT(parse_error(many + "]"), Contains("more than 1000000 values"));
  }
  // A long line is shown around the mistake only, and control characters are not shown at all.
  const std::string message = parse_error("{\"a\": \"" + std::string(5000, 'x') + "\", \x1b[2J}");
  CHECK(message.size() < 500);
  CHECK(message.find('\x1b') == std::string::npos);
}

TEST_CASE("what stands behind a zero byte is not passed over") {
  CHECK_THAT(parse_error(std::string("{\"a\": 1}\0garbage", 16)),
             Contains("net.json:1:9: error: a zero byte; a config is text"));
  CHECK_THAT(parse_error(std::string("{\"a\": \0 1}", 10)),
             Contains("net.json:1:7: error: a zero"));
}

TEST_CASE("a config file that cannot be read is named with the reason") {
  const fovea::test::TempDir folder;
  const auto load_error = [](const std::string& path) {
    return fovea::test::error_message<fovea::ConfigError>([&] { Config::load(path); });
  };
  CHECK_THAT(load_error(folder.file("none.json")),
             Contains("none.json") && Contains("No such file or directory"));
  CHECK_THAT(load_error(folder.path().string()), Contains("it is a folder"));
  const std::string pipe = folder.file("pipe.json");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THAT(load_error(pipe), Contains("it is not a regular file"));
  CHECK_THAT(load_error("/dev/zero"), Contains("it is not a regular file"));
  const std::string large = folder.write("large.json", " ");
  std::filesystem::resize_file(large, (16 << 20) + 1);
  CHECK_THAT(load_error(large), Contains("larger than 16 MiB"));
  const std::string path = folder.write("net.json", std::string("{\"a\": 3}"));
  CHECK(Config::load(path).get<int>("a") == 3);
}

TEST_CASE("a config is written back as the JSON that it was") {
  const std::string text = R"({"a": [1, 2.50, -1e-3], "b": {"c": "é\n\"", "d": true}, "e": null})";
  const Config config = Config::parse("/* graph */ " + text);
  CHECK(config.to_json() == text);
  CHECK(config.at("b").to_json() == R"({"c": "é\n\"", "d": true})");
  CHECK(Config::parse(config.to_json()).to_json() == text);
}
