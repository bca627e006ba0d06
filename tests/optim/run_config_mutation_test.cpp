// SPDX-License-Identifier: Apache-2.0
// Damaged configs through the reader of whole runs: each gives a net or a ConfigError that names a
// place, nothing else.
#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/random.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using fovea::Config;
using fovea::RandomStream;
using fovea::RunConfig;

namespace {

// Each part that a config can have, small enough to build ten thousand times.
constexpr std::string_view kText = R"({
  "$schema": "schema.json", "name": "m", "seed": 7,
  "data": {"train": {"type": "synthetic", "shape": [3, 9, 9], "classes": 4, "samples": 20},
           "val": "x.gz", "mean": [0.1, 0.2, 0.3], "std": 0.5,
           "augment": [{"type": "horizontal_flip", "p": 0.5}]},
  "model": {"input": [3, 9, 9], "init": {"weight": {"normal": 0.01}, "bias": 0}, "layers": [
    {"name": "c", "type": "conv2d", "out_channels": 6, "kernel_size": [3, 2], "padding": 1, "groups": 3},
    {"type": "relu"}, {"type": "lrn", "size": 3, "alpha": 1e-4, "beta": 0.75, "k": 2},
    {"name": "p", "type": "maxpool2d", "kernel_size": 2, "stride": 2, "rounding": "ceil"},
    {"name": "d", "type": "conv2d", "out_channels": 6, "kernel_size": 1, "inputs": ["p"], "init": {"bias": 1}},
    {"name": "s", "type": "add", "inputs": ["p", "d"]}, {"type": "avgpool2d", "kernel_size": 2},
    {"type": "flatten"}, {"type": "dropout", "p": 0.5}, {"name": "f", "type": "linear", "out_features": 4}]},
  "train": {"epochs": 3, "batch_size": 4, "accumulate": 2, "label_smoothing": 0.1,
            "optimizer": {"type": "sgd", "lr": 0.05, "momentum": 0.9, "weight_decay": 5e-4, "form": "pytorch",
                          "groups": [{"layers": ["c"], "lr": 0.5, "freeze_from_step": 9}]},
            "lr_schedule": {"type": "multistep", "at": [1, 2], "factor": 0.5, "unit": "epoch"},
            "warmup": {"length": 5}, "clip": {"norm": 1}},
  "log": {"every": 5, "hashes": 10}, "checkpoint": {"every": 1, "keep": 3}
})";

constexpr std::string_view kValues[] = {"-4",
                                        "0",
                                        "1",
                                        "2",
                                        "1e-3",
                                        "32.5",
                                        "1e400",

                                        "1e12",
                                        "4611686018427387904",
                                        "99999999999999999999",
                                        "\"32\"",
                                        "\"\"",
                                        "null",
                                        "true",
                                        "[]",
                                        "{}",
                                        "[1, 2]",
                                        "[[[[]]]]",
                                        "{\"type\": \"relu\"}",
                                        "NaN",
                                        "\"conv2d\"",
                                        "\"input\"",
                                        "{\"a\": 1, \"a\": 1}"};

// Where a value begins and ends: after a colon, or an element of a list.
struct Span {
  size_t begin, end;
};

// The end of the value that begins at `begin`.
size_t end_of_value(const std::string& text, size_t begin) {
  int depth = 0;
  for (size_t i = begin; i < text.size(); i++) {
    const char c = text[i];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return i;
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
  }
  return text.size();
}

std::vector<Span> values_in(const std::string& text) {
  std::vector<Span> spans;
  std::string open;  // brackets around
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (c == '{' || c == '[') open += c;
    if ((c == '}' || c == ']') && !open.empty()) open.pop_back();
    const bool in_list = open.ends_with('[');
    if (c == ':' || (in_list && (c == '[' || c == ',')))
      spans.push_back({i + 1, end_of_value(text, i + 1)});
  }
  return spans;
}

std::string mutate(uint32_t number) {
  const RandomStream random(11, fovea::Purpose::test, 0, 0, number);
  std::string text(kText);
  const uint32_t edits = 1 + random.below(0, 2);
  for (uint32_t e = 0; e < edits; e++) {
    const auto draw = [&](uint32_t what, size_t below) {
      return random.below(4 * e + 1 + what, static_cast<uint32_t>(below));
    };
    const std::vector<Span> spans = values_in(text);
    if (spans.empty()) break;
    const Span span = spans[draw(0, spans.size())];
    switch (draw(1, 8)) {
      case 0:  // a value is gone, with what surrounds it still there
        text.erase(span.begin, span.end - span.begin);
        break;
      case 1:  // a letter of a name, or any other byte
        text[draw(2, text.size())] = static_cast<char>('a' + draw(3, 26));
        break;
      default:
        text.replace(span.begin, span.end - span.begin, kValues[draw(2, std::size(kValues))]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("ten thousand damaged configs of runs are read or refused with a place") {
  int built = 0, refused = 0;
  for (uint32_t i = 0; i < 10'000; i++) {
    const std::string text = mutate(i);
    INFO(text);
    try {
      const RunConfig run = RunConfig::read(Config::parse(text, "m.json"));
      run.make_net();
      const std::string resolved = run.resolved();
      REQUIRE(RunConfig::read(Config::parse(resolved)).resolved() == resolved);
      built++;
    } catch (const fovea::ConfigError& error) {
      refused++;
      const std::string message = error.what();
      REQUIRE(message.starts_with("m.json:"));
      REQUIRE(message.find("error: ") != std::string::npos);
      REQUIRE(std::ranges::count(message, '\n') < 20);
      REQUIRE(message.size() <= 4096);
    }
  }
  CHECK(built > 1000);
  CHECK(refused > 5000);
}
