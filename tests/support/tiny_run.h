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

// Everything that a training run needs, made from nothing but its arguments.
struct TinyRun {
  explicit TinyRun(int threads = 2, int64_t epochs = 3, int64_t max_steps = 0)
      : ctx({.threads = threads, .seed = 5}), net(Net::from_config(Config::parse(kTinyModel), 5)) {
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
