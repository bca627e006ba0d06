// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config.h>
#include <fovea/optim/lr_schedule.h>

#include <catch2/catch.hpp>

#include <cmath>

using fovea::Config;
using fovea::ConstantSchedule;
using fovea::CosineSchedule;
using fovea::ExponentialSchedule;
using fovea::LrSchedule;
using fovea::MultistepSchedule;
using fovea::PlateauSchedule;
using fovea::PlateauState;
using fovea::PolySchedule;
using fovea::scheduled_lr;
using fovea::SchedulePosition;
using fovea::ScheduleUnit;
using fovea::StepSchedule;
using fovea::Warmup;

namespace {

float lr_of(const LrSchedule& schedule, float lr, const SchedulePosition& position) {
  return scheduled_lr(schedule, {}, lr, position);
}

// A run of 10 epochs of 10 steps, before step `step`.
SchedulePosition at(int64_t step) { return {step, 100, step / 10, 10, 10, 0}; }

}  // namespace

TEST_CASE("constant stays") { CHECK(lr_of(ConstantSchedule{}, 0.1f, at(57)) == 0.1f); }

TEST_CASE("step drops every so many epochs or steps") {
  const LrSchedule every = StepSchedule{.every = 3};
  CHECK(lr_of(every, 1, at(29)) == 1);
  CHECK(lr_of(every, 1, at(30)) == 0.1f);
  CHECK(lr_of(every, 1, at(60)) == 0.1f * 0.1f);
  CHECK(lr_of(StepSchedule{.every = 7, .by = 0.5f, .unit = ScheduleUnit::step}, 1, at(14)) ==
        0.25f);
}

TEST_CASE("multistep drops at given epochs") {
  const LrSchedule drops = MultistepSchedule{.at = {2, 5, 8}, .by = 0.5f};
  CHECK(lr_of(drops, 1, at(19)) == 1);
  CHECK(lr_of(drops, 1, at(20)) == 0.5f);
  CHECK(lr_of(drops, 1, at(99)) == 0.125f);
}

TEST_CASE("exponential and poly follow their formulas") {
  for (int step = 0; step < 100; step += 9) {
    CHECK(lr_of(ExponentialSchedule{.by = 0.9f}, 2, at(step)) ==
          Approx(2 * std::pow(0.9, step / 10)).epsilon(1e-6));
    CHECK(lr_of(PolySchedule{}, 2, at(step)) == Approx(2 * (1 - step / 100.0)).epsilon(1e-6));
    CHECK(lr_of(PolySchedule{.power = 2.5f}, 2, at(step)) ==
          Approx(2 * std::pow(1 - step / 100.0, 2.5)).epsilon(1e-5));
  }
  CHECK(lr_of(PolySchedule{.power = 2.5f}, 2, at(100)) == 0);
}

TEST_CASE("cosine goes from the rate to its minimum") {
  const LrSchedule cosine = CosineSchedule{.min = 0.1f};
  CHECK(lr_of(cosine, 2, at(0)) == 2);
  CHECK(lr_of(cosine, 2, at(100)) == Approx(0.2));
  for (int step = 0; step <= 100; step += 7) {
    const double expected = 2 * (0.1 + 0.9 * 0.5 * (1 + std::cos(M_PI * step / 100)));
    CHECK(lr_of(cosine, 2, at(step)) == Approx(expected).epsilon(1e-6));
  }
}

TEST_CASE("plateau drops when the error stops improving, at most so many times") {
  const PlateauSchedule schedule{.patience = 2, .max_drops = 2};
  PlateauState state;
  std::vector<int> drops;
  for (const double error : {0.9, 0.8, 0.8, 0.8, 0.8, 0.85, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7}) {
    state.observe(schedule, error);
    drops.push_back(state.drops);
  }
  CHECK(drops == std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2});
  CHECK(lr_of(schedule, 1, {.drops = 2}) == 0.1f * 0.1f);
}

TEST_CASE("warm-up is linear, by step or by epoch") {
  const auto lr = [](const Warmup& warmup, int64_t step) {
    return scheduled_lr(ConstantSchedule{}, warmup, 8, at(step));
  };
  const Warmup steps{.length = 4, .start = 0.25f};
  CHECK(lr(steps, 0) == 2);
  CHECK(lr(steps, 2) == 5);
  CHECK(lr(steps, 4) == 8);
  const Warmup epochs{.length = 2, .unit = ScheduleUnit::epoch};
  CHECK(lr(epochs, 0) == 0);
  CHECK(lr(epochs, 10) == 4);
  CHECK(lr(epochs, 20) == 8);
}

TEST_CASE("a schedule is read by its type") {
  const auto read = [](const char* text) {
    const Config config = Config::parse(text);
    const auto schedule = config.as<LrSchedule>();
    config.finish();
    config.check();
    return *schedule;
  };
  CHECK(std::get<StepSchedule>(read(R"({"type": "step", "every": 30, "factor": 0.2})")).by == 0.2f);
  CHECK(std::get<CosineSchedule>(read(R"({"type": "cosine"})")).min == 0);
  CHECK(std::get<PlateauSchedule>(read(R"({"type": "plateau", "patience": 7})")).patience == 7);
  CHECK_THROWS_WITH(read(R"({"type": "step"})"), Catch::Contains("every"));
  CHECK_THROWS_WITH(read(R"({"type": "step", "every": 3, "factor": 1.5})"),
                    Catch::Contains("factor"));
  CHECK_THROWS_WITH(read(R"({"type": "stpe"})"), Catch::Contains("step"));
  CHECK_THROWS_WITH(read(R"({"type": "cosine", "every": 3})"), Catch::Contains("every"));
}
