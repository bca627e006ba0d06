// SPDX-License-Identifier: Apache-2.0
// The names that users of other frameworks bring along are answered with ours, wherever they stand.
#include <fovea/core/error.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using Catch::Contains;
using fovea::Config;
using fovea::RunConfig;

namespace {

// What is said of a config whose parts hold `keys` besides what they need; each key's value is 1.
std::string answer(const std::string& part, const std::string& key) {
  const auto in = [&](const char* name) { return part == name ? ", \"" + key + "\": 1" : ""; };
  const Config config = Config::parse(
      R"({"data": {"train": {"type": "synthetic", "shape": [1, 8, 8])" + in("synthetic") +
      R"(}, "augment": [{"type": "random_crop", "size": 8)" + in("random_crop") + "}]" +
      in("data") + R"(}, "model": {"input": [1, 8, 8], "layers": [)" +
      R"({"type": "conv2d", "out_channels": 2, "kernel_size": 3)" + in("conv2d") + "}," +
      R"({"type": "lrn")" + in("lrn") + R"(}, {"type": "dropout")" + in("dropout") + "}," +
      R"({"type": "maxpool2d", "kernel_size": 2)" + in("maxpool2d") + R"(}, {"type": "flatten"},)" +
      R"({"type": "linear", "out_features": 10)" + in("linear") + "}]}," +
      R"("train": {"optimizer": {"type": "sgd")" + in("sgd") +
      R"(}, "lr_schedule": {"type": "step", "every": 1)" + in("step") + "}" + in("train") + "}" +
      in("") + "}");
  const RunConfig run = RunConfig::read(config);
  try {
    run.make_net();
  } catch (const fovea::ConfigError& error) {
    return error.what();
  }
  return "no mistake";
}

struct Word {
  const char *part, *theirs, *ours;
};

}  // namespace

TEST_CASE("other frameworks' names are answered in their place") {
  const std::vector<Word> words{{"conv2d", "num_output", "out_channels"},
                                {"conv2d", "filters", "out_channels"},
                                {"conv2d", "n_filters", "out_channels"},
                                {"conv2d", "pad", "padding"},
                                {"conv2d", "kernel", "kernel_size"},
                                {"conv2d", "group", "groups"},
                                {"conv2d", "strides", "stride"},
                                {"conv2d", "dilation_rate", "dilation"},
                                {"conv2d", "weight_filler", "init"},
                                {"conv2d", "use_bias", "bias"},
                                {"linear", "units", "out_features"},
                                {"linear", "num_output", "out_features"},
                                {"maxpool2d", "pool_size", "kernel_size"},
                                {"maxpool2d", "size", "kernel_size"},
                                {"lrn", "local_size", "size"},
                                {"lrn", "n", "size"},
                                {"lrn", "bias", "k"},
                                {"dropout", "dropout_ratio", "p"},
                                {"dropout", "rate", "p"},
                                {"sgd", "base_lr", "lr"},
                                {"sgd", "learning_rate", "lr"},
                                {"sgd", "lr0", "lr"},
                                {"sgd", "decay", "weight_decay"},
                                {"step", "gamma", "factor"},
                                {"step", "step_size", "every"},
                                {"train", "max_epochs", "epochs"},
                                {"train", "batch", "batch_size"},
                                {"train", "max_iter", "max_steps"},
                                {"train", "lr_scheduler", "lr_schedule"},
                                {"train", "iter_size", "accumulate"},
                                {"data", "num_workers", "workers"},
                                {"data", "transforms", "augment"},
                                {"data", "validation_split", "val_fraction"},
                                {"random_crop", "pad", "padding"},
                                {"", "network", "model"},
                                {"", "random_seed", "seed"}};
  for (const auto& [part, theirs, ours] : words) {
    const std::string wanted =
        std::string(theirs) + ": unknown key; here it is called \"" + ours + "\"\n";
    INFO(part << "." << theirs);
    CHECK_THAT(answer(part, theirs), Contains(wanted));
  }
}

TEST_CASE("a name that belongs elsewhere is sent there") {
  const std::vector<Word> words{
      {"train", "lr", "; it belongs in train.optimizer\n"},
      {"train", "base_lr", "; here it is called \"lr\", in train.optimizer\n"},
      {"", "lr0", "; here it is called \"lr\", in train.optimizer\n"},
      {"", "epochs", "; it belongs in train\n"},
      {"", "max_epochs", "; here it is called \"epochs\", in train\n"},
      {"sgd", "epochs", "; it belongs in train\n"},
      {"train", "every", "; it belongs in train.lr_schedule or log or checkpoint\n"},
      {"data", "imgsz", "; here it is called \"resize\"\n"},
      {"", "imgsz", "; here it is called \"resize\", in data\n"}};
  for (const auto& [part, theirs, wanted] : words) {
    INFO(part << "." << theirs);
    CHECK_THAT(answer(part, theirs), Contains(std::string(theirs) + ": unknown key" + wanted));
  }
}
