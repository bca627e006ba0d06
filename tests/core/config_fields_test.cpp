// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/core/fields.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using namespace fovea;

namespace {

enum class Mode { mean, sum };

struct Extent {  // a number or [h, w]
  int h = 1, w = 1;
};

struct InitOptions {
  float normal = 0.01f;
  std::optional<float> bias;

  static Fields<InitOptions> fields() {
    return Fields<InitOptions>("init", "initial values")
        .field("normal", &InitOptions::normal, "standard deviation", above(0))
        .field("bias", &InitOptions::bias, "of all biases");
  }
};

struct ConvOptions {
  int out_channels = 0;
  Extent kernel_size;
  Mode mode = Mode::mean;
  std::vector<float> scale{0.5f};
  InitOptions init;

  static Fields<ConvOptions> fields() {
    return Fields<ConvOptions>("conv", "a convolution")
        .required("out_channels", &ConvOptions::out_channels, "number of filters", at_least(1))
        .required("kernel_size", &ConvOptions::kernel_size, "extent of a filter", at_least(1))
        .field("mode", &ConvOptions::mode, "kind of mean")
        .field("scale", &ConvOptions::scale, "factors", above(0) && below(1))
        .field("init", &ConvOptions::init, "initial values")
        .check([](const Config& config, const ConvOptions& options) {
          if (options.kernel_size.h > options.out_channels) config.error("too tall");
        });
  }
};

struct ConstantSchedule {
  static Fields<ConstantSchedule> fields() {
    return Fields<ConstantSchedule>("constant", "the same rate for ever");
  }
};

struct StepSchedule {
  int every = 30;
  static Fields<StepSchedule> fields() {
    return Fields<StepSchedule>("step", "divides the rate now and then")
        .field("every", &StepSchedule::every, "epochs", at_least(1));
  }
};

struct TrainOptions {
  std::variant<ConstantSchedule, StepSchedule> schedule;
  uint64_t seed = 1;
  std::string folder = "runs";

  static Fields<TrainOptions> fields() {
    return Fields<TrainOptions>("train", "training")
        .field("schedule", &TrainOptions::schedule, "of the learning rate")
        .field("seed", &TrainOptions::seed, "of all random numbers")
        .field("folder", &TrainOptions::folder, "for results", non_empty());
  }
};

template <class Options>
std::string errors_of(const std::string& text) {
  const Config config = Config::parse(text, "c.json");
  Options::fields().read(config);
  config.finish();
  return test::error_message<ConfigError>([&] { config.check(); });
}

template <class Options>
Options read(const std::string& text) {
  const Config config = Config::parse(text);
  Options options = Options::fields().read(config);
  config.finish();
  config.check();
  return options;
}

template <class Options>
std::string resolved(const Options& options) {
  JsonWriter json;
  Options::fields().write(json, options);
  return json.str();
}

}  // namespace

template <>
inline constexpr auto fovea::kEnumNames<Mode> = std::to_array<EnumName<Mode>>({{"mean", Mode::mean},
                                                                               {"sum", Mode::sum}});

template <>
struct fovea::ConfigValue<Extent> {
  static std::optional<Extent> read(const Config& config, const Constraint& constraint) {
    if (config.is_number()) {
      const auto side = config.as<int>(constraint);
      return side ? std::optional(Extent{*side, *side}) : std::nullopt;
    }
    const auto sides = config.as<std::vector<int>>(constraint);
    if (!sides) return std::nullopt;
    if (sides->size() == 2) return Extent{(*sides)[0], (*sides)[1]};
    config.error(type().text + " wanted");
    return std::nullopt;
  }
  static ConfigType type() {
    const ConfigType side = ConfigValue<int>::type();
    return ConfigType::any_of("integer or [h, w]", {side, ConfigType::list_of(side, 2)});
  }
  static void write(JsonWriter& json, const Extent& extent) {
    json.begin_array().value(extent.h).value(extent.w).end_array();
  }
};

TEST_CASE("declared fields read options, with the struct's defaults") {
  const auto conv = read<ConvOptions>(
      R"({"out_channels": 96, "kernel_size": [5, 3], "mode": "sum", "init": {"bias": 1}})");
  CHECK(conv.out_channels == 96);
  CHECK(conv.kernel_size.h == 5);
  CHECK(conv.kernel_size.w == 3);
  CHECK(conv.mode == Mode::sum);
  CHECK(conv.scale == std::vector{0.5f});
  CHECK(conv.init.normal == 0.01f);
  CHECK(conv.init.bias == 1.0f);
}

TEST_CASE("the resolved config holds every default and reads back") {
  const auto conv = read<ConvOptions>(R"({"out_channels": 8, "kernel_size": 3})");
  const std::string json = resolved(conv);
  CHECK(json == R"({"out_channels": 8, "kernel_size": [3, 3], "mode": "mean", "scale": [0.5], )"
                R"("init": {"normal": 0.01}})");
  CHECK(resolved(read<ConvOptions>(json)) == json);
}

TEST_CASE("what a field cannot hold is refused with its range") {
  const std::string text = errors_of<ConvOptions>(
      R"({"kernel_size": [5, 0], "scale": [0.5, 1.5], "init": null, "mode": 3, "units": 1})");
  CHECK_THAT(text, Contains("out_channels: is missing"));
  CHECK_THAT(text, Contains("kernel_size[1]: must be >= 1"));
  CHECK_THAT(text, Contains("scale[1]: must be > 0 and < 1"));
  CHECK_THAT(text, Contains("init: an object wanted"));
  CHECK_THAT(text, Contains("mode: one of \"mean\" \"sum\" wanted, 3 given"));
  CHECK_THAT(text, Contains("conv takes: out_channels kernel_size mode scale init"));
  CHECK_THAT(errors_of<ConvOptions>(R"({"out_channels": 1, "kernel_size": [1, 2, 3]})"),
             Contains("integer or [h, w] wanted"));
  CHECK_THAT(errors_of<TrainOptions>(R"({"folder": ""})"), Contains("folder: must not be empty"));
}

TEST_CASE("checks across fields run on whole options only") {
  CHECK_THAT(errors_of<ConvOptions>(R"({"out_channels": 1, "kernel_size": 2})"),
             Contains("error: too tall"));
  CHECK_THAT(errors_of<ConvOptions>(R"({"out_channels": 0, "kernel_size": 2})"),
             !Contains("too tall"));
}

TEST_CASE("one of several kinds of options is chosen by type") {
  const auto train = read<TrainOptions>(R"({"schedule": {"type": "step", "every": 3}})");
  CHECK(std::get<StepSchedule>(train.schedule).every == 3);
  CHECK(resolved(train) ==
        R"({"schedule": {"type": "step", "every": 3}, "seed": 1, "folder": "runs"})");
  CHECK(resolved(TrainOptions{}) ==
        R"({"schedule": {"type": "constant"}, "seed": 1, "folder": "runs"})");
  CHECK_THAT(errors_of<TrainOptions>(R"({"schedule": {"type": "stp", "every": 3}})"),
             Contains("\"stp\" is not one of \"constant\" \"step\"; did you mean \"step\"?") &&
                 !Contains("unknown key"));
  CHECK_THAT(errors_of<TrainOptions>(R"({"schedule": {"type": "constant", "every": 3}})"),
             Contains("schedule.every: unknown key") && Contains("constant takes: type"));
}

TEST_CASE("where there is only one kind, its type may be left out") {
  struct Only {
    std::variant<StepSchedule> schedule;
    static fovea::Fields<Only> fields() {
      return fovea::Fields<Only>("only", "one kind").field("schedule", &Only::schedule, "");
    }
  };
  CHECK(std::get<0>(read<Only>(R"({"schedule": {"every": 3}})").schedule).every == 3);
  CHECK(std::get<0>(read<Only>(R"({"schedule": {"type": "step", "every": 4}})").schedule).every ==
        4);
  CHECK_THAT(errors_of<Only>(R"({"schedule": {"type": "stp", "every": 3}})"),
             Contains("did you mean \"step\"?"));
  CHECK_FALSE(fovea::ConfigValue<std::variant<StepSchedule>>::type().parts[0].fields[0].required);
}

TEST_CASE("a message shows as many mistakes as a screen holds") {
  std::string text = "{\"model\": 1";
  for (int i = 0; i < 60; i++) text += ",\n \"bogus" + std::to_string(i) + "\": 0";
  const std::string message = errors_of<ConvOptions>((text + "}").c_str());
  CHECK(std::ranges::count(message, '\n') < 20);
  CHECK(message.size() < 4096);
  CHECK_THAT(message, Contains("\n... and 5") && Catch::EndsWith(" more"));
  const std::string key(100'000, 'k');
  CHECK(errors_of<ConvOptions>(("{\"" + key + "\": 1}").c_str()).size() < 4096);
}

TEST_CASE("declarations can be listed") {
  const auto infos = ConvOptions::fields().infos();
  REQUIRE(infos.size() == 5);
  CHECK(infos[0].name == "out_channels");
  CHECK(infos[0].required);
  CHECK(infos[0].default_json.empty());
  CHECK(infos[0].constraint.to_string() == ">= 1");
  CHECK(infos[1].type.text == "integer or [h, w]");
  CHECK(infos[2].default_json == "\"mean\"");
  CHECK(infos[2].type.choices == std::vector<std::string>{"mean", "sum"});
  CHECK(infos[4].type.fields.at(0).doc == "standard deviation");
}
