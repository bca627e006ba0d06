// SPDX-License-Identifier: Apache-2.0
// Ten thousand configs, each a whole good one with one to three changes to its tree or its text:
// they are refused with a place, or mean what they say.
#include "support/sanitized.h"

#include <fovea/core/error.h>
#include <fovea/core/random.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace fovea;
using Json = nlohmann::ordered_json;

namespace {

constexpr int kTexts = fovea::test::kSanitized ? 100 : 10000;

constexpr const char* kGood = R"({
  "name": "tiny", "seed": 3,
  "data": {"train": {"type": "synthetic", "shape": [1, 12, 12], "classes": 4, "samples": 40},
           "val_fraction": 0.25, "classes": ["a", "b", "c", "d"], "mean": 0.3, "std": [0.25],
           "augment": [{"type": "random_crop", "size": [10, 12], "padding": 1}, {"type": "horizontal_flip"}],
           "sampling": "balanced", "workers": 0},
  "model": {"input": [1, 10, 12], "init": {"weight": {"normal": 0.01}}, "layers": [
    {"name": "conv1", "type": "conv2d", "out_channels": 4, "kernel_size": 3, "stride": [1, 2], "groups": 1},
    {"type": "relu"}, {"type": "lrn", "size": 3, "alpha_mode": "sum"},
    {"type": "maxpool2d", "kernel_size": 3, "stride": 2, "rounding": "ceil"},
    {"type": "flatten"}, {"type": "dropout", "p": 0.1}, {"type": "linear", "out_features": 4}]},
  "train": {"epochs": 3, "batch_size": 8, "accumulate": 2, "class_weights": [1, 2, 1, 3],
            "optimizer": {"type": "sgd", "lr": 0.05, "groups": [{"layers": ["conv1"], "lr": 2}]},
            "lr_schedule": {"type": "multistep", "at": [1, 2]}, "warmup": {"length": 3}, "clip": {"norm": 5}},
  "log": {"every": 5}, "checkpoint": {"every_steps": 2}
})";

// What is put in a value's place, as it stands in the text.
constexpr const char* kValues[] = {"null",
                                   "true",
                                   "\"x\"",
                                   "\"\"",
                                   "\"sgd\"",
                                   "-1",
                                   "0",
                                   "1.5",
                                   "1e2",
                                   "1e-3",
                                   "-0.0",
                                   "4294967296",
                                   "1e18",
                                   "1e400",
                                   "-1e400",
                                   "NaN",
                                   "[]",
                                   "{}",
                                   "[1, 2, 3]",
                                   "[[1]]",
                                   "01",
                                   "\"\\u0000\"",
                                   "9007199254740993"};
constexpr const char* kMark = "\"@@RAW@@\"";

class Mutation {
 public:
  explicit Mutation(uint32_t number) : random_(11, Purpose::test, 0, 0, number) {}

  std::string apply(Json config) {
    std::string raw;
    for (uint32_t edits = 1 + below(3); edits > 0; edits--) edit(config, raw);
    std::string text = config.dump(1);
    if (const size_t at = text.find(kMark); at != text.npos && !raw.empty())
      text.replace(at, std::string(kMark).size(), raw);
    if (below(4) == 0) damage(text);
    return text;
  }

 private:
  uint32_t below(size_t n) { return random_.below(element_++, static_cast<uint32_t>(n)); }

  static void collect(const Json& node, const Json::json_pointer& at,
                      std::vector<Json::json_pointer>& all) {
    if (!node.is_structured()) return;
    for (const auto& [key, child] : node.items()) {
      const auto path = node.is_array() ? at / std::stoul(key) : at / key;
      all.push_back(path);
      collect(child, path, all);
    }
  }

  void edit(Json& config, std::string& raw) {
    std::vector<Json::json_pointer> paths;
    collect(config, Json::json_pointer(), paths);
    const auto path = paths[below(paths.size())];
    Json& parent = config[path.parent_pointer()];
    switch (below(5)) {
      case 0:
        if (parent.is_object()) parent.erase(path.back());
        break;
      case 1:
        if (parent.is_object()) {
          const Json value = parent[path.back()];
          parent[path.back() + "x"] = value;
        }
        break;
      case 2: {
        const Json value = config[paths[below(paths.size())]];
        config[path] = value;
        break;
      }
      default:
        if (!raw.empty()) break;
        config[path] = "@@RAW@@";
        raw = kValues[below(std::size(kValues))];
    }
  }

  // A line twice, a character or the rest away.
  void damage(std::string& text) {
    const size_t at = below(text.size()), line = text.rfind('\n', at) + 1;
    const uint32_t kind = below(3);
    if (kind == 0) text.insert(line, text.substr(line, text.find('\n', at) + 1 - line));
    if (kind == 1) text.erase(at, 1);
    if (kind == 2) text.resize(at);
  }

  RandomStream random_;
  uint64_t element_ = 0;
};

}  // namespace

TEST_CASE("ten thousand changed configs are refused with a place or build their net") {
  const Json good = Json::parse(kGood);
  int refused = 0, built = 0;
  for (int i = 0; i < kTexts; i++) {
    const std::string text = Mutation(static_cast<uint32_t>(i)).apply(good);
    INFO(i << "\n" << text);
    try {
      const Config config = Config::parse(text, "m.json");
      const RunConfig run = RunConfig::read(config);
      const Net net = run.make_graph();
      built++;
      const std::string resolved = run.resolved();
      REQUIRE(RunConfig::read(Config::parse(resolved)).resolved() == resolved);
      REQUIRE(net.parameter_count() < 100'000);
    } catch (const ConfigError& error) {
      refused++;
      const std::string message = error.what();
      REQUIRE(message.starts_with("m.json:"));
      REQUIRE(message.find(": error: ") != std::string::npos);
    } catch (const SystemError& error) {  // a net that no machine holds
      REQUIRE(std::string(error.what()).find("out of memory") != std::string::npos);
    }
  }
  CHECK(refused > kTexts / 2);
  CHECK(built > kTexts / 20);
}
