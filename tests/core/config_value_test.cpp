// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"

#include <fovea/core/config.h>
#include <fovea/core/error.h>

#include <catch2/catch.hpp>

#include <bit>
#include <cstdlib>
#include <string>

using Catch::Contains;
using fovea::Config;

namespace {

enum class Rounding { floor, ceil };

std::string check_error(const Config& config) {
  return fovea::test::error_message<fovea::ConfigError>([&] { config.check(); });
}

// The message after reading {"v": TEXT} as a T; empty when there is none.
template <class T>
std::string error_of(const std::string& text) {
  const Config config = Config::parse("{\"v\": " + text + "}");
  config.get<T>("v");
  return config.has_errors() ? check_error(config) : "";
}

template <class T>
T value_of(const std::string& text) {
  const Config config = Config::parse("{\"v\": " + text + "}");
  const T value = config.get<T>("v");
  config.check();
  return value;
}

}  // namespace

template <>
inline constexpr auto fovea::kEnumNames<Rounding> = std::to_array<fovea::EnumName<Rounding>>(
    {{"floor", Rounding::floor}, {"ceil", Rounding::ceil}});

TEST_CASE("floats are the nearest to what is written") {
  for (const char* text : {"1e-3", "1E-3", "0.001", "0.1", "16777217", "3.4028235e38", "1e-45",
                           "0.7500000298023224", "7e-46", "-0.0", "1.17549435e-38"}) {
    INFO(text);
    CHECK(std::bit_cast<uint32_t>(value_of<float>(text)) ==
          std::bit_cast<uint32_t>(std::strtof(text, nullptr)));
    CHECK(std::bit_cast<uint64_t>(value_of<double>(text)) ==
          std::bit_cast<uint64_t>(std::strtod(text, nullptr)));
  }
  CHECK(value_of<double>("1e-400") == 0);
  CHECK_THAT(error_of<float>("1e39"), Contains("too large"));
}

TEST_CASE("integers may be written as 1e2, and nothing is rounded or wrapped") {
  CHECK(value_of<int>("1e2") == 100);
  CHECK(value_of<int>("32.0") == 32);
  CHECK(value_of<int64_t>("-9223372036854775808") == INT64_MIN);
  CHECK(value_of<uint64_t>("18446744073709551615") == UINT64_MAX);
  for (const char* text : {"32.5", "1e-3", "\"32\"", "true", "null", "[1]", "{}"}) {
    INFO(text);
    CHECK_THAT(error_of<int>(text), Contains("v: an integer wanted, "));
  }
  CHECK_THAT(error_of<int>("2147483648"), Contains("must be >= -2147483648 and <= 2147483647"));
  CHECK_THAT(error_of<int64_t>("99999999999999999999"), Contains("must be"));
  CHECK_THAT(error_of<int64_t>("9007199254740993.0"), Contains("must be"));  // no double holds it
  CHECK_THAT(error_of<uint64_t>("-4"), Contains("must be >= 0"));
}

TEST_CASE("other types say what they want and what they got") {
  CHECK(value_of<bool>("true"));
  CHECK(value_of<std::string>("\"a\\u00e9\"") == "aé");
  CHECK(value_of<std::vector<int>>("[1, 2]") == std::vector{1, 2});
  CHECK(value_of<Rounding>("\"ceil\"") == Rounding::ceil);
  CHECK_THAT(error_of<bool>("1"), Contains("true or false wanted, 1 given"));
  CHECK_THAT(error_of<float>("\"0.1\""), Contains("a number wanted, the string \"0.1\" given"));
  CHECK_THAT(error_of<std::string>("3"), Contains("a string wanted, 3 given"));
  CHECK_THAT(error_of<std::vector<int>>("3"), Contains("a list of integer wanted"));
  CHECK_THAT(error_of<std::vector<int>>("[1, 2.5]"),
             Contains("config:1:11: error: v[1]: an integer"));
  CHECK_THAT(error_of<Rounding>("\"ceill\""),
             Contains("\"ceill\" is not one of \"floor\" \"ceil\"; did you mean \"ceil\"?"));
}

TEST_CASE("a layer of one's own needs only get() with defaults") {
  const Config config = Config::parse(R"({"type": "swish", "bta": 2})", "net.json");
  CHECK(config.get<std::string>("type") == "swish");
  CHECK(config.get("beta", 1.0f) == 1.0f);
  config.describe_as("swish");
  config.finish();
  CHECK(check_error(config) ==
        "net.json:1:20: error: bta: unknown key; did you mean \"beta\"?\n"
        "    1 | {\"type\": \"swish\", \"bta\": 2}\n"
        "      |                    ^^^\n"
        "   swish takes: type beta");
}

TEST_CASE("all mistakes come at once, in the order of the file") {
  const Config config = Config::parse("{\"b\": \"x\",\n \"a\": 1.5,\n \"c\": [],\n \"d\": 1}");
  config.get<int>("a");
  config.get<int>("b");
  config.get<int>("e");
  config.finish();
  const std::string text = check_error(config);
  size_t last = 0;
  for (const char* line : {"config:1:1: error: e: is missing", "config:1:7: error: b: an integer",
                           "config:2:7: error: a: an integer", "config:3:3: error: c: unknown key",
                           "config:4:3: error: d: unknown key"}) {
    INFO(line);
    const size_t found = text.find(line);
    REQUIRE(found != std::string::npos);
    CHECK(found >= last);
    last = found;
  }
}

TEST_CASE("foreign names are answered by name") {
  const Config config = Config::parse(R"({"num_output": 96, "pad": 2, "local_size": 5})");
  for (const char* key : {"out_channels", "padding", "size"}) config.get(key, 1);
  config.finish();
  const std::string text = check_error(config);
  CHECK_THAT(text, Contains("num_output: unknown key; here it is called \"out_channels\""));
  CHECK_THAT(text, Contains("pad: unknown key; here it is called \"padding\""));
  CHECK_THAT(text, Contains("local_size: unknown key; here it is called \"size\""));
}

TEST_CASE("values know their place and name") {
  const Config config = Config::parse(
      R"({"model": {"layers": [{"type": "relu"}, {"name": "fc6", "type": "linear"}]}})", "n.json");
  const Config layer = config.at("model").at("layers").items()[1];
  CHECK(layer.path() == "model.layers[1]");
  CHECK(layer.name() == "layers[1]");
  CHECK(layer.where() == "n.json:1:41");
  layer.error("input is [256,6,6]; put {\"type\": \"flatten\"} before it");
  CHECK_THAT(check_error(config),
             Contains("n.json:1:41: error: model.layers[1] \"fc6\" (linear): input is [256,6,6]"));
}

TEST_CASE("values that were accepted whole hold no unknown keys") {
  const Config config = Config::parse(R"({"graph": {"x": {"y": 1}}, "$schema": "s.json"})");
  config.at("graph").accept_all();
  config.finish();
  CHECK_NOTHROW(config.check());
}

TEST_CASE("an absent value reads as defaults and a wrong kind as one mistake") {
  const Config config = Config::parse(R"({"a": 3})");
  CHECK_FALSE(config.find("none").exists());
  CHECK(config.find("none").get("x", 7) == 7);
  CHECK_NOTHROW(config.check());
  config.at("a").get("x", 1);
  config.at("a").get("y", 1);
  config.at("a").items();
  const std::string text = check_error(config);
  CHECK_THAT(text, Contains("a: an object wanted"));
  CHECK(text.find("an object wanted") == text.rfind("an object wanted"));
}
