// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/config_diff.h>

#include <catch2/catch.hpp>

#include <algorithm>

using fovea::Config;
using fovea::ConfigDifference;
using fovea::RunConfig;

namespace {

std::vector<ConfigDifference> between(const std::string& first, const std::string& second) {
  const auto whole = [](const std::string& text) {
    return RunConfig::read(Config::parse(
        text.starts_with("[") ? R"({"data": {"train": {"type": "synthetic", "shape": [3, 8, 8]}},
                  "model": {"input": [3, 8, 8], "layers": )" +
                                    text + "}}"
                              : text));
  };
  return fovea::config_differences(whole(first), whole(second));
}

std::vector<std::string> places(const std::vector<ConfigDifference>& differences) {
  std::vector<std::string> all;
  for (const auto& difference : differences) all.push_back(difference.where);
  return all;
}

std::vector<ConfigDifference> between_presets(const std::string& first, const std::string& second) {
  const auto load = [](const std::string& name) {
    return RunConfig::load(FOVEA_CONFIGS "/" + name + ".json");
  };
  return fovea::config_differences(load(first), load(second));
}

using Places = std::vector<std::string>;

}  // namespace

TEST_CASE("configs of one meaning have no difference") {
  const std::string plain = R"([
      {"type": "conv2d", "out_channels": 8, "kernel_size": 3},
      {"type": "lrn", "size": 5, "alpha": 1e-4},
      {"type": "flatten"}, {"type": "linear", "out_features": 10}])";
  CHECK(between(plain, plain).empty());
  // Names, one number for several, defaults that are written, alpha in its other form.
  CHECK(between(plain, R"([
      {"name": "c", "type": "conv2d", "out_channels": 8, "kernel_size": [3, 3], "padding": [0, 0, 0, 0],
       "init": {"weight": "kaiming", "bias": 0}},
      {"name": "n", "type": "lrn", "alpha": 2e-5, "alpha_mode": "sum"},
      {"type": "flatten"}, {"name": "last", "type": "linear", "out_features": 10}])")
            .empty());
}

TEST_CASE("layers that were changed, moved, added and left out are told") {
  const std::string first = R"([
      {"name": "a", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1},
      {"name": "r", "type": "relu"},
      {"name": "p", "type": "maxpool2d", "kernel_size": 2},
      {"name": "f", "type": "flatten"}, {"name": "l", "type": "linear", "out_features": 10}])";
  const std::string second = R"([
      {"name": "a", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": [1, 1, 0, 0], "init": {"bias": 1}},
      {"name": "p", "type": "maxpool2d", "kernel_size": 2},
      {"name": "r", "type": "relu"},
      {"name": "f", "type": "flatten"}, {"name": "d", "type": "dropout", "p": 0.25},
      {"name": "l", "type": "linear", "out_features": 10}])";
  const auto differences = between(first, second);
  CHECK(places(differences) == Places{"parameters", "multiply-accumulates", "r", "a.padding",
                                      "a.init.bias", "d (after f)"});
  const auto& moved = differences[2];
  CHECK(moved.first == "after a");
  CHECK(moved.second == "after p");
  CHECK(fovea::to_sentence(differences[3], "A", "B") ==
        "a.padding (zeros around the input) is 1 in A, [1, 1, 0, 0] in B");
  CHECK(fovea::to_sentence(differences[5], "A", "B") ==
        "d (after f) is only in B: type \"dropout\", p 0.25, scale_at \"train\"");
  CHECK(places(between(second, first)).size() == differences.size());
}

TEST_CASE("data and training are compared field by field") {
  const std::string first = R"({"data": {"train": {"type": "synthetic", "shape": [3, 8, 8]},
        "augment": [{"type": "random_crop", "size": 8}, {"type": "horizontal_flip"}], "workers": 1},
      "model": {"input": [3, 8, 8], "layers": [{"type": "flatten"}, {"type": "linear", "out_features": 10}]},
      "train": {"lr_schedule": {"type": "step", "every": 30}}, "log": {"every": 5}})";
  const std::string second = R"({"data": {"train": {"type": "synthetic", "shape": [3, 8, 8]},
        "augment": [{"type": "horizontal_flip", "p": 0.25}], "workers": 3},
      "model": {"input": [3, 8, 8], "layers": [{"type": "flatten"}, {"type": "linear", "out_features": 10}]},
      "train": {"optimizer": {"type": "sgd", "lr": 0.1}, "lr_schedule": {"type": "cosine"}}})";
  CHECK(places(between(first, second)) == Places{"data.augment: random_crop",
                                                 "data.augment: horizontal_flip.p",
                                                 "train.optimizer.lr", "train.lr_schedule"});
}

TEST_CASE("what the 2012 program did differs from the paper's text where it is known to") {
  const auto all = places(between_presets("alexnet-paper", "alexnet-2012-code"));
  for (const char* place :
       {"model.input", "conv1.padding", "relu1", "norm1.alpha", "norm2.alpha",
        "norm2b (after norm2)", "conv3.init.weight", "conv4.init.weight", "conv5.init.weight",
        "train.optimizer.bias_lr", "train.optimizer.bias_decay", "train.lr_schedule"}) {
    INFO(place);
    CHECK(std::ranges::find(all, place) != all.end());
  }
  CHECK(std::ranges::find(all, "parameters") == all.end());
  CHECK(places(between_presets("alexnet-caffe", "caffenet")) ==
        Places{"norm1", "norm2", "conv2.init.bias", "conv4.init.bias", "conv5.init.bias",
               "fc6.init.bias", "fc7.init.bias"});
}
