// SPDX-License-Identifier: Apache-2.0
// A small net on made-up pictures: enough to train for some steps in milliseconds.
#pragma once

#include <fovea/data/data_options.h>
#include <fovea/layers/net.h>
#include <fovea/optim/trainer.h>

#include <string>

namespace fovea::test {

inline const char* const kTinyModel = R"({"input": [3, 12, 12], "layers": [
    {"type": "conv2d", "out_channels": 6, "kernel_size": 3}, {"type": "relu"}, {"type": "lrn"},
    {"type": "maxpool2d", "kernel_size": 3, "stride": 2}, {"type": "flatten"}, {"type": "dropout", "p": 0.2},
    {"type": "linear", "out_features": 4}]})";

// Every type of layer.
inline const char* const kEveryLayerModel = R"({"input": [3, 12, 12], "layers": [
    {"name": "c1", "type": "conv2d", "out_channels": 8, "kernel_size": 5, "stride": 2, "padding": 2}, {"type": "relu"},
    {"type": "lrn", "alpha": 0.1}, {"type": "maxpool2d", "kernel_size": 3, "stride": 1},
    {"name": "c2", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1, "groups": 2},
    {"name": "t", "type": "tanh"}, {"name": "sum", "type": "add", "inputs": ["c2", "t"]},
    {"type": "concat", "inputs": ["sum", "t"]}, {"type": "lrn", "size": 3, "region": "within_map"},
    {"type": "avgpool2d", "kernel_size": 2, "stride": 2}, {"type": "flatten"}, {"type": "dropout", "p": 0.3},
    {"type": "linear", "out_features": 10}, {"type": "sigmoid"}, {"type": "linear", "out_features": 4}]})";

// Watches without a word.
class Silent final : public TrainObserver {};

// Everything that a training run needs, made from nothing but its arguments.
struct TinyRun {
  explicit TinyRun(int threads = 2, int64_t epochs = 3, int64_t max_steps = 0, Device device = {},
                   const char* model = kTinyModel)
      : ctx({.device = device, .threads = threads, .seed = 5}),
        net(Net::from_config(Config::parse(model), 5)) {
    net.move_to(device);
    options.epochs = epochs;
    options.batch_size = 8;
    options.max_steps = max_steps;
    options.optimizer = SgdOptions{.lr = 0.01f, .weight_decay = 1e-3f};
    options.lr_schedule = CosineSchedule{};
    DataOptions data;
    data.train = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 44};
    data.val = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 20};
    data.mean = 0.5f;
    data.std_dev = 0.25f;
    data.augment = {HorizontalFlip{}};
    train = make_train_source(data, options.batch_size, 5);
    val = make_eval_source(data, options.batch_size, 5);
    trainer.emplace(net, ctx, *train, val.get(), options);
  }

  Context ctx;
  Net net;
  TrainOptions options;
  std::unique_ptr<BatchSource> train, val;
  std::optional<Trainer> trainer;
};

}  // namespace fovea::test
