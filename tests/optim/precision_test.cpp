// SPDX-License-Identifier: Apache-2.0
// train.precision: training on tensor cores, and where that is refused.
#include "support/devices.h"
#include "support/error_message.h"

#include <fovea/core/error.h>
#include <fovea/optim/state_hash.h>
#include <fovea/optim/training_run.h>

#include <catch2/catch.hpp>

#include <cmath>

namespace fovea {
namespace {

std::string precision_config(const std::string& train) {
  return R"({"seed": 5, "data": {"train": {"type": "synthetic", "shape": [3, 12, 12], "classes": 4, "samples": 40}},
    "train": {"epochs": 2, "batch_size": 8, "optimizer": {"type": "sgd", "lr": 0.02}, )" +
         train + R"(}, "model": {"input": [3, 12, 12], "layers": [
    {"type": "conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1}, {"type": "relu"},
    {"type": "maxpool2d", "kernel_size": 3, "stride": 2}, {"type": "flatten"},
    {"type": "linear", "out_features": 4}]}})";
}

struct PrecisionOutcome {
  double loss = 0;
  std::string weights;
};

PrecisionOutcome train(const std::string& options, const Device& device) {
  TrainingRun run(RunConfig::read(Config::parse(precision_config(options))),
                  {.device = device, .threads = 1});
  class Last final : public TrainObserver {
   public:
    void on_epoch(const EpochReport& report) override { loss = report.train.loss(); }
    double loss = 0;
  } last;
  run.trainer().run(last);
  return {last.loss, hash_of_weights(run.net())};
}

TEST_CASE("precisions below fp32 train nearly as fp32 does, to the same bits on every run") {
  if (test::lacks_cuda()) return;
  const PrecisionOutcome exact = train(R"("numerics": "exact")", Device::cuda());
  for (const auto& [precision, bound] : {std::pair("tf32", 5e-3), std::pair("bf16", 3e-2)}) {
    CAPTURE(precision);
    const std::string options =
        R"("numerics": "fast", "precision": ")" + std::string(precision) + "\"";
    const PrecisionOutcome first = train(options, Device::cuda()),
                           again = train(options, Device::cuda());
    CHECK(std::abs(first.loss - exact.loss) < bound * exact.loss);
    CHECK(first.weights == again.weights);
    CHECK(first.weights != exact.weights);
  }
}

TEST_CASE("a precision below fp32 needs fast numerics and a GPU") {
  const std::string exact =
      test::error_message<ConfigError>([] { train(R"("precision": "tf32")", Device::cpu()); });
  CHECK_THAT(exact, Catch::Contains("train.precision") && Catch::Contains("needs train.numerics"));
  const std::string on_cpu = test::error_message<ConfigError>(
      [] { train(R"("numerics": "fast", "precision": "bf16")", Device::cpu()); });
  CHECK(on_cpu == "train.precision: below fp32 needs a GPU, the device is cpu");
}

}  // namespace
}  // namespace fovea
