// SPDX-License-Identifier: Apache-2.0
// One row for each built-in layer: a small net that has it. Tests walk the rows; a test fails when
// a type has none.
#pragma once

#include <string>
#include <vector>

namespace fovea::test {

struct LayerCase {
  std::string type, input, layers;
};

inline const std::vector<LayerCase>& layer_cases() {
  static const std::vector<LayerCase> cases{
      {"add", "[3, 5, 4]", R"([{"name": "a", "type": "conv2d", "out_channels": 3, "kernel_size": 1},
                               {"name": "b", "type": "tanh", "inputs": ["a"]},
                               {"type": "add", "inputs": ["a", "b", "input"]}])"},
      {"avgpool2d", "[3, 7, 6]", R"([{"type": "conv2d", "out_channels": 3, "kernel_size": 1},
                                     {"type": "avgpool2d", "kernel_size": 3, "stride": 2, "padding": 1}])"},
      {"concat", "[3, 5, 4]",
       R"([{"name": "a", "type": "conv2d", "out_channels": 2, "kernel_size": 1},
                                  {"name": "b", "type": "conv2d", "out_channels": 5, "kernel_size": 1, "inputs": ["input"]},
                                  {"type": "concat", "inputs": ["a", "input", "b"]}])"},
      {"conv2d", "[4, 9, 8]",
       R"([{"type": "conv2d", "out_channels": 6, "kernel_size": [3, 2], "stride": 2,
                                   "padding": [1, 0, 2, 1], "groups": 2, "init": {"bias": {"normal": 1}}},
                                  {"type": "conv2d", "out_channels": 5, "kernel_size": 2, "dilation": 2, "bias": false}])"},
      {"dropout", "[20]", R"([{"type": "linear", "out_features": 30}, {"type": "dropout", "p": 0.3},
                              {"type": "linear", "out_features": 4}, {"type": "dropout", "scale_at": "test"}])"},
      {"flatten", "[2, 3, 4]",
       R"([{"type": "conv2d", "out_channels": 3, "kernel_size": 2}, {"type": "flatten"},
                                   {"type": "linear", "out_features": 3}])"},
      {"linear", "[17]",
       R"([{"type": "linear", "out_features": 13, "init": {"bias": {"uniform": 1}}},
                             {"type": "linear", "out_features": 3, "bias": false}])"},
      {"lrn", "[8, 4, 3]", R"([{"type": "conv2d", "out_channels": 8, "kernel_size": 1},
                               {"type": "lrn", "alpha": 0.5, "alpha_mode": "sum", "groups": 2},
                               {"type": "conv2d", "out_channels": 6, "kernel_size": 1},
                               {"type": "lrn", "size": 3, "alpha": 0.4, "beta": 0.6, "region": "within_map"}])"},
      {"maxpool2d", "[3, 8, 7]",
       R"([{"type": "conv2d", "out_channels": 4, "kernel_size": 2}, {"type": "relu"},
                                     {"type": "lrn", "alpha": 1, "k": 2}, {"type": "maxpool2d", "kernel_size": 3, "stride": 2}])"},
      {"relu", "[3, 6, 5]",  // biases keep most values away from the kink
       R"([{"type": "conv2d", "out_channels": 4, "kernel_size": 2, "init": {"weight": {"uniform": 0.1}, "bias": {"normal": 1}}},
           {"type": "relu"},
           {"type": "conv2d", "out_channels": 3, "kernel_size": 2, "init": {"weight": {"uniform": 0.1}, "bias": {"normal": 1}}},
           {"type": "relu"}])"},
      {"sigmoid", "[9]", R"([{"type": "linear", "out_features": 5}, {"type": "sigmoid"}])"},
      {"tanh", "[9]", R"([{"type": "linear", "out_features": 5}, {"type": "tanh"}])"},
  };
  return cases;
}

}  // namespace fovea::test
