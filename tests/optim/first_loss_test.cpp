// SPDX-License-Identifier: Apache-2.0
// The first training step of each preset, to the bit: any slip in its layers, first values,
// preprocessing or augmentation shows.
#include "support/sanitized.h"

#include <fovea/layers/execution.h>
#include <fovea/optim/run_config.h>

#include <catch2/catch.hpp>

namespace {

float first_loss(const std::string& preset) {
  const auto config = fovea::RunConfig::load(FOVEA_CONFIGS "/" + preset + ".json");
  fovea::Net net = config.make_net();
  const auto source = fovea::make_train_source(config.options.data, 2, config.options.seed);
  fovea::Batch batch;
  source->next(batch);
  fovea::Context ctx({.threads = 2, .seed = config.options.seed});
  auto execution = fovea::Execution::training(net, ctx, {.batch = 2});
  return execution
      .train_step(batch.images, batch.labels, {batch.epoch, batch.keys},
                  {.label_smoothing = config.options.train.label_smoothing})
      .loss;
}

}  // namespace

TEST_CASE("the first loss of each preset") {
  if (fovea::test::kSanitized) return;  // seconds for each, of code that other tests run
  const std::pair<const char*, float> presets[] = {
      {"alexnet-paper", 6.87853146f},       {"alexnet-2012-code", 6.53088427f},
      {"alexnet-caffe", 6.8956461f},        {"caffenet", 7.12392807f},
      {"alexnet-torchvision", 6.90968084f}, {"alexnet-pytorch-blog", 8.55558395f},
      {"alexnet-modern", 6.91031551f}};
  for (const auto& [preset, loss] : presets) {
    INFO(preset);
    CHECK(first_loss(preset) == loss);
  }
}
