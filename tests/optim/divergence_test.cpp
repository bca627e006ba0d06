// SPDX-License-Identifier: Apache-2.0
// Runs whose numbers stop being finite: where that is noticed, and what is said.
#include "support/error_message.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/optim/trainer.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using Catch::Contains;
using fovea::Tensor;
using fovea::test::error_message;
using fovea::test::TinyRun;

namespace {

struct StepCounter final : fovea::TrainObserver {
  void on_step(const fovea::StepReport& report) override { steps = report.step; }
  int64_t steps = 0;
};

// The message of a run that diverges; its weights and position must be those before the last step.
std::string divergence(TinyRun& run, fovea::TrainOptions options) {
  options.lr_schedule = fovea::ConstantSchedule{};
  fovea::Trainer trainer(run.net, run.ctx, *run.train, nullptr, options);
  StepCounter seen;
  const std::string message = error_message<fovea::DivergedError>([&] { trainer.run(seen); });
  CHECK(trainer.position().step == seen.steps);
  CHECK_THAT(message, Contains("step " + std::to_string(seen.steps + 1) + ": "));
  return message;
}

}  // namespace

TEST_CASE("a run that diverges ends with step, layer and the last finite loss") {
  TinyRun run(1, 500);
  run.options.optimizer = fovea::SgdOptions{.lr = 3e38f};
  const std::string message = divergence(run, run.options);
  CHECK_THAT(message, Contains("the last finite loss was ") && Contains("train.optimizer.lr"));
  CHECK_THAT(message, Contains("conv2d1") || Contains("linear1"));
}

TEST_CASE("the first layer whose output is not finite is named") {
  TinyRun run(1, 500);
  const auto weight = run.net.value(*run.net.find_parameter("linear1.weight"));
  for (float& v : weight.span<float>()) v = 3e38f;
  CHECK_THAT(divergence(run, run.options),
             Contains("; no loss was finite; the first that is not finite is the output of layer "
                      "linear1; lower train.optimizer.lr"));
}

TEST_CASE("a parameter that is not finite is named, whichever part of the batch shows it") {
  for (const int64_t parts : {1, 4}) {
    TinyRun run(1, 500);
    run.options.accumulate = parts;
    const auto bias = run.net.value(*run.net.find_parameter("conv2d1.bias"));
    bias.data<float>()[1] = std::numeric_limits<float>::infinity();
    CHECK_THAT(divergence(run, run.options),
               Contains("the first that is not finite is conv2d1.bias;"));
  }
}

TEST_CASE("a gradient that overflows while the loss is finite ends the run before the update") {
  TinyRun run(1, 500);
  // Tiny values times huge weights on the way forward; the weights alone on the way back.
  const auto first = run.net.value(*run.net.find_parameter("conv2d1.weight"));
  const auto second = run.net.value(*run.net.find_parameter("linear1.weight"));
  for (float& v : first.span<float>()) v = 1e-30f;
  for (float& v : second.span<float>()) v = v < 0 ? -3e38f : 3e38f;
  const Tensor before = run.net.values().clone();
  CHECK_THAT(divergence(run, run.options), Contains("the gradient of conv2d1."));
  CHECK(std::ranges::equal(run.net.values().span<float>(), before.span<float>()));
}

TEST_CASE("pictures that are not finite are told from a rate that is too high") {
  class Broken final : public fovea::BatchSource {
   public:
    explicit Broken(fovea::BatchSource& source)
        : BatchSource({source.samples(), source.image(), source.classes(), source.batch_size()}),
          source_(source) {}
    void seek(uint32_t epoch, int64_t index) override { source_.seek(epoch, index); }
    void next(fovea::Batch& batch) override {
      source_.next(batch);
      if (batch.index == 3) batch.images.data<float>()[5] = std::nanf("");
    }
    double seconds_waited() const override { return 0; }

   private:
    fovea::BatchSource& source_;
  };
  TinyRun run(1);
  Broken source(*run.train);
  fovea::Trainer trainer(run.net, run.ctx, source, nullptr, run.options);
  StepCounter seen;
  CHECK_THROWS_WITH(trainer.run(seen), Contains("step 4: ") && Contains("pictures are not finite"));
}
