// SPDX-License-Identifier: Apache-2.0
// How the learning rate changes while a run goes on: pure functions of the position, the same bits
// everywhere.
#pragma once

#include <fovea/core/fields.h>

#include <cstdint>
#include <variant>
#include <vector>

namespace fovea {

// Where a run stands before a step.
struct SchedulePosition {
  int64_t step = 0;   // steps done since the start
  int64_t steps = 1;  // of the whole run
  int64_t epoch = 0;  // epochs done
};

struct ConstantSchedule {
  static Fields<ConstantSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// Multiplied by `factor` after every `every` epochs, or at the start of each epoch in `at` (counted
// from 0).
struct StepSchedule {
  int64_t every = 0;
  std::vector<int64_t> at;
  float by = 0.1f;

  static Fields<StepSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// From 1 down to `min` along half a cosine over the whole run: min + (1 - min) (1 + cos(pi step /
// steps)) / 2.
struct CosineSchedule {
  float min = 0;

  static Fields<CosineSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

using LrSchedule = std::variant<ConstantSchedule, StepSchedule, CosineSchedule>;

// The rate of the step that follows `position`.
float scheduled_lr(const LrSchedule& schedule, float lr, const SchedulePosition& position);

}  // namespace fovea
