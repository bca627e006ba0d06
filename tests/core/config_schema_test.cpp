// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config_reference.h>
#include <fovea/core/config_schema.h>
#include <fovea/core/error.h>
#include <fovea/core/fields.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using namespace fovea;

namespace {

struct Flat {
  static Fields<Flat> fields() { return Fields<Flat>("flat", "always the same"); }
};

struct Drop {
  int every = 30;
  static Fields<Drop> fields() {
    return Fields<Drop>("drop", "less now and then")
        .field("every", &Drop::every, "epochs", at_least(1));
  }
};

struct Part {
  std::vector<float> scale{0.5f};
  std::string path;
  static Fields<Part> fields() {
    return Fields<Part>("part", "a part")
        .required("path", &Part::path, "a | b", non_empty())
        .field("scale", &Part::scale, "factors", above(0) && below(1));
  }
};

struct Whole {
  Part part;
  std::variant<Flat, Drop> schedule;
  uint64_t seed = 1;
  bool flag = false;
  static Fields<Whole> fields() {
    return Fields<Whole>("whole", "everything")
        .field("part", &Whole::part, "one part")
        .field("schedule", &Whole::schedule, "of the rate")
        .field("seed", &Whole::seed, "of random numbers")
        .field("flag", &Whole::flag, "yes or no");
  }
};

ConfigType whole() { return ConfigValue<Whole>::type(); }

}  // namespace

TEST_CASE("a schema says what each field may be") {
  const std::string schema = Config::parse(json_schema(whole())).to_json();
  CHECK_THAT(schema, Contains(R"("required": ["part"], "additionalProperties": false})"));
  CHECK_THAT(schema, Contains(R"("required": ["path"])"));
  CHECK_THAT(schema,
             Contains(R"("path": {"description": "a | b", "type": "string", "minLength": 1})"));
  CHECK_THAT(
      schema,
      Contains(R"("items": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})"));
  CHECK_THAT(schema, Contains(R"("type": "integer", "minimum": 0, "default": 1})"));
  CHECK_THAT(schema, Contains(R"("type": "string", "const": "drop")"));
  CHECK_THAT(
      schema,
      Contains(R"("flag": {"description": "yes or no", "type": "boolean", "default": false})"));
}

TEST_CASE("the paths of a config are those of its fields, of all kinds") {
  const std::vector<std::string> wanted{"part",          "part.path",      "part.scale", "schedule",
                                        "schedule.type", "schedule.every", "seed",       "flag"};
  CHECK(field_paths(whole()) == wanted);
}

TEST_CASE("the reference page has every field, and blocks for what type tells apart") {
  const std::string page = config_reference(whole());
  CHECK_THAT(page, Contains("| `part` | [part](#part) | required | one part |"));
  CHECK_THAT(page, Contains("| `path` | string, not empty | required | a \\| b |"));
  CHECK_THAT(page, Contains("| `scale` | a list of number, > 0 and < 1 | `[0.5]` | factors |"));
  CHECK_THAT(page, Contains("### drop\n\nLess now and then. In `schedule`.") ||
                       Contains("## drop\n\nLess now and then. In `schedule`."));
  CHECK_THAT(page, Contains("{\n  \"type\": \"drop\",\n  \"every\": 30\n}"));
}

TEST_CASE("two objects of one name and other fields are told apart, loudly") {
  ConfigType other = whole();
  other.fields[0].type.fields[0].doc = "something else";
  const ConfigType both = ConfigType::object(
      "both", {{"a", "", ConfigValue<Part>::type(), {}, false, ""}, other.fields[0]}, "both");
  CHECK_THROWS_AS(config_reference(both), ArgumentError);
}
