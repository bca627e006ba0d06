// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config.h>
#include <fovea/optim/lr_schedule.h>

#include <catch2/catch.hpp>

#include <cmath>

using fovea::Config;
using fovea::ConstantSchedule;
using fovea::CosineSchedule;
using fovea::LrSchedule;
using fovea::scheduled_lr;
using fovea::StepSchedule;

TEST_CASE("constant stays") { CHECK(scheduled_lr(ConstantSchedule{}, 0.1f, {50, 100, 9}) == 0.1f); }

TEST_CASE("step drops every so many epochs, or at given ones") {
  const LrSchedule every = StepSchedule{.every = 30};
  CHECK(scheduled_lr(every, 1, {.epoch = 29}) == 1);
  CHECK(scheduled_lr(every, 1, {.epoch = 30}) == 0.1f);
  CHECK(scheduled_lr(every, 1, {.epoch = 60}) == 0.1f * 0.1f);
  const LrSchedule at = StepSchedule{.at = {23, 51, 78}, .by = 0.5f};
  CHECK(scheduled_lr(at, 1, {.epoch = 22}) == 1);
  CHECK(scheduled_lr(at, 1, {.epoch = 23}) == 0.5f);
  CHECK(scheduled_lr(at, 1, {.epoch = 90}) == 0.125f);
}

TEST_CASE("cosine goes from the rate to its minimum") {
  const LrSchedule cosine = CosineSchedule{.min = 0.1f};
  CHECK(scheduled_lr(cosine, 2, {0, 100, 0}) == 2);
  CHECK(scheduled_lr(cosine, 2, {100, 100, 0}) == Approx(0.2));
  for (int step = 0; step <= 100; step += 7) {
    const double expected = 2 * (0.1 + 0.9 * 0.5 * (1 + std::cos(M_PI * step / 100)));
    CHECK(scheduled_lr(cosine, 2, {step, 100, 0}) == Approx(expected).epsilon(1e-6));
  }
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
  CHECK_THROWS_WITH(read(R"({"type": "step"})"), Catch::Contains("every"));
  CHECK_THROWS_WITH(read(R"({"type": "step", "every": 3, "factor": 1.5})"),
                    Catch::Contains("factor"));
  CHECK_THROWS_WITH(read(R"({"type": "stpe"})"), Catch::Contains("step"));
  CHECK_THROWS_WITH(read(R"({"type": "cosine", "every": 3})"), Catch::Contains("every"));
}
