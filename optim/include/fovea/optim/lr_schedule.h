// SPDX-License-Identifier: Apache-2.0
// How the learning rate changes while a run goes on: pure functions of the position, the same bits
// everywhere. Names and rules follow torch.optim.lr_scheduler where it has them.
#pragma once

#include <fovea/core/fields.h>

#include <cstdint>
#include <variant>
#include <vector>

namespace FOVEA_API fovea {

// What a schedule counts.
enum class ScheduleUnit : uint8_t { epoch, step };

// Where a run stands before a step.
struct SchedulePosition {
  int64_t step = 0;             // steps done since the start
  int64_t steps = 1;            // of the whole run
  int64_t epoch = 0;            // epochs done
  int64_t epochs = 1;           // of the whole run
  int64_t steps_per_epoch = 1;  // for lengths given in epochs
  int drops = 0;                // of a plateau schedule so far

  int64_t done(ScheduleUnit unit) const { return unit == ScheduleUnit::epoch ? epoch : step; }
  int64_t all(ScheduleUnit unit) const { return unit == ScheduleUnit::epoch ? epochs : steps; }
};

struct ConstantSchedule {
  static Fields<ConstantSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// Multiplied by `factor` after every `every` epochs or steps.
struct StepSchedule {
  int64_t every = 1;
  float by = 0.1f;
  ScheduleUnit unit = ScheduleUnit::epoch;

  static Fields<StepSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// Multiplied by `factor` at the start of each epoch (or step) in `at`, counted from 0.
struct MultistepSchedule {
  std::vector<int64_t> at;
  float by = 0.1f;
  ScheduleUnit unit = ScheduleUnit::epoch;

  static Fields<MultistepSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// factor^t after t epochs or steps.
struct ExponentialSchedule {
  float by = 0.95f;
  ScheduleUnit unit = ScheduleUnit::epoch;

  static Fields<ExponentialSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// (1 - t / T)^power after t of the run's T epochs or steps.
struct PolySchedule {
  float power = 1;
  ScheduleUnit unit = ScheduleUnit::step;

  static Fields<PolySchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// min + (1 - min) (1 + cos(pi t / T)) / 2 after t of the run's T epochs or steps.
struct CosineSchedule {
  float min = 0;
  ScheduleUnit unit = ScheduleUnit::step;

  static Fields<CosineSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// The 2012 paper's rule: multiplied by `factor` when the validation error has not improved for
// `patience` epochs in a row, at most `max_drops` times.
struct PlateauSchedule {
  float by = 0.1f;
  int64_t patience = 5;
  int max_drops = 3;

  static Fields<PlateauSchedule> fields();
  float factor(const SchedulePosition& position) const;
};

// What a plateau schedule remembers of the epochs so far.
struct PlateauState {
  double best_error = 2;   // smallest top-1 error; every error is smaller than 2
  int64_t bad_epochs = 0;  // since the best one or the last drop
  int drops = 0;

  static Fields<PlateauState> fields();
  // Counts an epoch that ended with this validation error.
  void observe(const PlateauSchedule& schedule, double error);
};

using LrSchedule = std::variant<ConstantSchedule, StepSchedule, MultistepSchedule,
                                ExponentialSchedule, PolySchedule, CosineSchedule, PlateauSchedule>;

// Linear from `start` times the scheduled rate up to all of it over the first `length` epochs or
// steps; 0: none.
struct Warmup {
  int64_t length = 0;
  float start = 0;
  ScheduleUnit unit = ScheduleUnit::step;

  static Fields<Warmup> fields();
  float factor(const SchedulePosition& position) const;
};

// The rate of the step that follows `position`.
float scheduled_lr(const LrSchedule& schedule, const Warmup& warmup, float lr,
                   const SchedulePosition& position);

}  // namespace fovea
