// SPDX-License-Identifier: Apache-2.0
// Damaged configs: each ends in a value or a ConfigError, nothing else.
#include "support/sanitized.h"

#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/core/random.h>

#include <catch2/catch.hpp>

#include <string>

using fovea::Config;

namespace {

constexpr std::string_view kText = R"({ // an example
  "name": "fashion", "seed": 1e2,
  "model": {"input": [1, 28, 28], "layers": [
    {"type": "conv2d", "out_channels": 32, "padding": [0, 0, 3, 3], "bias": true},
    {"type": "relu"}, /* é */ {"name": "fc\u0031", "type": "linear"}]},
  "train": {"lr": -0.05, "momentum": 9.0e-1, "note": null}
})";

constexpr std::string_view kPieces[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\"",
                                        "\\",
                                        "//",
                                        "/*",
                                        "*/",
                                        "NaN",
                                        "1e999",
                                        "-",
                                        "\n",
                                        "\x80",
                                        "\xF0",
                                        "null",
                                        "0",
                                        ".",
                                        "e",
                                        "\\u",
                                        std::string_view("\0", 1)};

std::string mutate(uint32_t number) {
  const fovea::RandomStream random(7, fovea::Purpose::test, 0, 0, number);
  std::string text(kText);
  const uint32_t edits = 1 + random.below(0, 3);
  for (uint32_t e = 0; e < edits; e++) {
    const uint32_t at = random.below(4 * e + 1, static_cast<uint32_t>(text.size()));
    const uint32_t length = random.below(4 * e + 2, 8);
    const auto piece = kPieces[random.below(4 * e + 3, std::size(kPieces))];
    switch (random.below(4 * e + 4, 4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, piece);
        break;
      case 2:
        text.replace(at, length, piece);
        break;
      default:
        text.resize(at + 1);
    }
  }
  return text;
}

void read_everything(const Config& config) {
  if (config.is_array()) {
    for (const Config& item : config.items()) read_everything(item);
  }
  for (const std::string& key : config.keys()) {
    read_everything(config.find(key));
    config.get<int>(key, 1);
    config.get<std::string>(key, "");
    config.get(key, 1.0f);
  }
}

}  // namespace

TEST_CASE("ten thousand damaged configs are read or refused with a place") {
  int refused = 0;
  for (uint32_t i = 0; i < fovea::test::kMutants; i++) {
    const std::string text = mutate(i);
    INFO(text);
    try {
      Config config = Config::parse(text, "m.json");
      config.override("train.lr=0.1");
      read_everything(config);
      config.finish();
      REQUIRE(Config::parse(config.to_json()).to_json() == config.to_json());
      config.check();
    } catch (const fovea::ConfigError& error) {
      refused++;
      const std::string message = error.what();
      REQUIRE((message.starts_with("m.json:") || message.starts_with("train.lr=")));
      REQUIRE(message.find("error: ") != std::string::npos);
    }
  }
  CHECK(refused > static_cast<int>(fovea::test::kMutants) / 2);
}
