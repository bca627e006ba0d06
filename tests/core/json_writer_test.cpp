// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using fovea::format_json;
using fovea::JsonWriter;

TEST_CASE("JSON is written in the order of the calls") {
  JsonWriter json;
  json.begin_object().key("a").value(0.1f).key("b").begin_array().value(1).value(true);
  json.begin_object().end_object().end_array().key("c\n").value("x\"").end_object();
  CHECK(json.str() == R"({"a": 0.1, "b": [1, true, {}], "c\n": "x\""})");
}

TEST_CASE("numbers are short and exact, what JSON cannot say is null") {
  CHECK(JsonWriter().value(0.1).str() == "0.1");
  CHECK(JsonWriter().value(1e-4f).str() == "1e-04");
  CHECK(JsonWriter().value(uint64_t{18446744073709551615u}).str() == "18446744073709551615");
  CHECK(JsonWriter().value(std::nan("")).str() == "null");
  CHECK(JsonWriter().value(-std::numeric_limits<float>::infinity()).str() == "null");
  CHECK(JsonWriter().value("\xFF").str() == "\"\xEF\xBF\xBD\"");
}

TEST_CASE("formatted JSON keeps short values on one line") {
  CHECK(format_json(R"({"a":[1,2],"b":{"c":"x","d":1e2}})", 20) ==
        "{\n"
        "  \"a\": [1, 2],\n"
        "  \"b\": {\n"
        "    \"c\": \"x\",\n"
        "    \"d\": 1e2\n"
        "  }\n"
        "}\n");
  CHECK(format_json("{}") == "{}\n");
  CHECK_THROWS_AS(format_json("{"), fovea::ConfigError);
}
