// SPDX-License-Identifier: Apache-2.0
#include "experiment_nets.h"

#include <fovea/core/json_writer.h>
#include <fovea/core/number_text.h>

namespace fovea {

namespace {

std::string quoted(const std::string& text) { return JsonWriter().value(text).str(); }

std::string convolution(const char* name, int filters, int size, int groups = 1) {
  return R"({"name": ")" + std::string(name) + R"(", "type": "conv2d", "out_channels": )" +
         std::to_string(filters) + R"(, "kernel_size": )" + std::to_string(size) +
         R"(, "padding": )" + std::to_string(size / 2) + R"(, "groups": )" +
         std::to_string(groups) + "}, ";
}

std::string layer(const std::string& type) { return R"({"type": ")" + type + R"("}, )"; }

std::string pooling(bool overlap) {
  return overlap ? R"({"type": "maxpool2d", "kernel_size": 3, "stride": 2, "rounding": "ceil"}, )"
                 : R"({"type": "maxpool2d", "kernel_size": 2, "stride": 2, "rounding": "ceil"}, )";
}

RunConfig config_of(const ExperimentOptions& options, const Shape& picture, uint64_t seed,
                    const std::string& layers, const std::string& train) {
  const std::string text =
      R"({"name": "experiment", "seed": )" + std::to_string(seed) + R"(, "data": {"train": )" +
      quoted(options.train) + R"(, "val": )" + quoted(options.val) +
      R"(, "mean": 0.45, "std": 0.3}, "model": {"input": [)" + std::to_string(picture[2]) + ", " +
      std::to_string(picture[0]) + ", " + std::to_string(picture[1]) + R"(], "layers": [)" +
      layers + R"(]}, "train": {"epochs": )" + std::to_string(options.epochs) +
      R"(, "batch_size": 128, )" + train + "}}";
  return RunConfig::read(Config::parse(text, "experiment"));
}

}  // namespace

RunConfig race_config(const ExperimentOptions& options, const Shape& picture, bool tanh,
                      double lr) {
  const std::string activation = layer(tanh ? "tanh" : "relu");
  const std::string layers = convolution("conv1", 16, 5) + activation + pooling(true) +
                             convolution("conv2", 16, 5) + activation + pooling(true) +
                             convolution("conv3", 32, 5) + activation + pooling(true) +
                             layer("flatten") + R"({"type": "linear", "out_features": 10})";
  return config_of(
      options, picture, 1, layers,
      R"("optimizer": {"type": "sgd", "momentum": 0.9, "lr": )" + rounded_text(lr) + "}");
}

RunConfig ablation_config(const ExperimentOptions& options, const Shape& picture,
                          const NetParts& parts, uint64_t seed) {
  const int columns = parts.columns, filters = 16 * columns;
  const std::string norm = parts.normalisation ? R"({"type": "lrn", "size": 5, "groups": )" +
                                                     std::to_string(columns) + "}, "
                                               : "";
  const std::string relu = layer("relu"), pool = pooling(parts.overlap);
  const std::string layers = convolution("conv1", filters, 5) + relu + norm + pool +
                             convolution("conv2", 2 * filters, 5, columns) + relu + norm + pool +
                             convolution("conv3", 2 * filters, 3) + relu + layer("flatten") +
                             R"({"name": "fc4", "type": "linear", "out_features": 256}, )" + relu +
                             (parts.dropout ? layer("dropout") : "") +
                             R"({"name": "fc5", "type": "linear", "out_features": 10})";
  return config_of(options, picture, seed, layers,
                   R"("optimizer": {"type": "sgd", "momentum": 0.9, "lr": 0.01,
                      "weight_decay": 5e-4}, "lr_schedule": {"type": "cosine"})");
}

}  // namespace fovea
