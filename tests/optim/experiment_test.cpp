// SPDX-License-Identifier: Apache-2.0
#include "data/byte_files.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"

#include <fovea/optim/experiment.h>

#include <catch2/catch.hpp>

#include <algorithm>

using Catch::Contains;
using fovea::Experiment;
using fovea::ExperimentOptions;
using fovea::Trial;

namespace {

// 520 pictures of 12x12 pixels; those of class c are as bright as c says.
ExperimentOptions small_data(const fovea::test::TempDir& dir) {
  constexpr int kPictures = 520;
  std::string pixels;
  for (int i = 0; i < kPictures; i++) pixels += std::string(144, static_cast<char>(25 * (i % 10)));
  for (const std::string split : {"train", "t10k"}) {
    dir.write(split + "-images-idx3-ubyte", fovea::test::idx3_header(kPictures, 12, 12) + pixels);
    dir.write(split + "-labels-idx1-ubyte", fovea::test::idx1(kPictures));
  }
  return {.train = dir.path().string(),
          .val = dir.path().string(),
          .epochs = 4,
          .machine = {.device = fovea::Device::cpu(), .threads = 1}};
}

}  // namespace

TEST_CASE("the race of activations stops each trial at the target") {
  if (fovea::test::kThreadSanitized) return;  // other tests run what has threads in it
  const fovea::test::TempDir dir;
  ExperimentOptions options = small_data(dir);
  options.target = 0.95;
  int told = 0;
  options.tell = [&](const std::string&) { told++; };
  const Experiment experiment = fovea::race_activations(options);
  CHECK(experiment.finished);
  REQUIRE(experiment.trials.size() == 10);
  CHECK(told == 10);
  CHECK(std::ranges::count(experiment.trials, "tanh", &Trial::variant) == 5);
  for (const Trial& trial : experiment.trials) {
    if (!trial.epochs_to_target) continue;
    CHECK(*trial.epochs_to_target == Approx(4 * trial.training_error.size()));  // 20 of 5 steps
    CHECK(trial.training_error.back().error <= 0.95);
  }
  CHECK(experiment.trials[0].epochs_to_target.has_value());
  CHECK_THAT(fovea::race_page(experiment),
             Contains("stand-in") && Contains("six times faster") && Contains("520 pictures"));
}

TEST_CASE("ablations train every variant with every seed, or end when they are stopped") {
  if (fovea::test::kThreadSanitized) return;  // other tests run what has threads in it
  const fovea::test::TempDir dir;
  ExperimentOptions options = small_data(dir);
  options.epochs = 1;
  options.seeds = 2;
  const Experiment experiment = fovea::ablate(options);
  CHECK(experiment.trials.size() == 10);
  for (const Trial& trial : experiment.trials) REQUIRE(trial.val.has_value());
  CHECK(experiment.trials[0].val->loss_sum != experiment.trials[1].val->loss_sum);  // seeds
  CHECK(experiment.trials[0].val->loss_sum != experiment.trials[2].val->loss_sum);  // variants
  options.stop = [] { return true; };
  CHECK_FALSE(fovea::ablate(options).finished);
}

TEST_CASE("the page of ablations shows differences beside the paper's") {
  Experiment experiment{.data = "somewhere", .samples = 100, .epochs = 1, .finished = true};
  const auto trial = [&](const char* variant, int64_t right) {
    Trial t{.variant = variant};
    t.val = fovea::Metrics{.samples = 100, .top1 = right};
    experiment.trials.push_back(t);
  };
  trial("whole", 91);
  trial("whole", 89);
  trial("without normalisation", 88);
  trial("without normalisation", 86);
  const std::string page = fovea::ablation_page(experiment);
  CHECK_THAT(page, Contains("10.00 ± 1.00") && Contains("13.00 ± 1.00"));
  CHECK_THAT(page, Contains("+3.00 ± 1.41") && Contains("+1.4 (section 3.3)"));
  CHECK_THAT(page, !Contains("pooling without overlap"));
}
