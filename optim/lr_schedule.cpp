// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/math.h>
#include <fovea/optim/lr_schedule.h>

#include <algorithm>

namespace fovea {

template <>
inline constexpr auto kEnumNames<ScheduleUnit> = std::to_array<EnumName<ScheduleUnit>>(
    {{"epoch", ScheduleUnit::epoch}, {"step", ScheduleUnit::step}});

namespace {

// By squaring, in double precision: the same bits everywhere, and as good as a float can be.
float power_of(float base, int64_t exponent) {
  double product = 1;
  for (double square = base; exponent > 0; exponent /= 2, square *= square) {
    if (exponent % 2 == 1) product *= square;
  }
  return static_cast<float>(product);
}

// The share of the run that is done, in [0, 1].
double share_done(const SchedulePosition& position, ScheduleUnit unit) {
  const auto done = static_cast<double>(position.done(unit));
  return std::min(1.0, done / static_cast<double>(position.all(unit)));
}

constexpr const char* kFactorDoc = "what the rate is multiplied by";

}  // namespace

Fields<ConstantSchedule> ConstantSchedule::fields() {
  return Fields<ConstantSchedule>("constant", "the same rate throughout");
}

float ConstantSchedule::factor(const SchedulePosition& /*position*/) const { return 1; }

Fields<StepSchedule> StepSchedule::fields() {
  using O = StepSchedule;
  return Fields<O>("step", "drops by a factor again and again")
      .required("every", &O::every, "epochs or steps between two drops", at_least(1))
      .field("factor", &O::by, kFactorDoc, above(0) && at_most(1))
      .field("unit", &O::unit, "what `every` counts");
}

float StepSchedule::factor(const SchedulePosition& position) const {
  return power_of(by, position.done(unit) / every);
}

Fields<MultistepSchedule> MultistepSchedule::fields() {
  using O = MultistepSchedule;
  return Fields<O>("multistep", "drops by a factor at given times")
      .required("at", &O::at, "epochs or steps at whose start the rate drops, counted from 0",
                at_least(0))
      .field("factor", &O::by, kFactorDoc, above(0) && at_most(1))
      .field("unit", &O::unit, "what `at` counts");
}

float MultistepSchedule::factor(const SchedulePosition& position) const {
  const int64_t done = position.done(unit);
  return power_of(by,
                  std::count_if(at.begin(), at.end(), [&](int64_t time) { return time <= done; }));
}

Fields<ExponentialSchedule> ExponentialSchedule::fields() {
  using O = ExponentialSchedule;
  return Fields<O>("exponential", "multiplied by a factor after each epoch or step")
      .required("factor", &O::by, kFactorDoc, above(0) && at_most(1))
      .field("unit", &O::unit, "how often");
}

float ExponentialSchedule::factor(const SchedulePosition& position) const {
  return power_of(by, position.done(unit));
}

Fields<PolySchedule> PolySchedule::fields() {
  using O = PolySchedule;
  return Fields<O>("poly", "(1 - t / T)^power of the rate after t of the run's T steps")
      .field("power", &O::power, "1: a straight line to 0", above(0) && at_most(64))
      .field("unit", &O::unit, "what t and T count");
}

float PolySchedule::factor(const SchedulePosition& position) const {
  const auto left = static_cast<float>(1 - share_done(position, unit));
  return power == 1 ? left : math::negative_power(left, -power);
}

Fields<CosineSchedule> CosineSchedule::fields() {
  using O = CosineSchedule;
  return Fields<O>("cosine", "half a cosine from the rate down to min times the rate")
      .field("min", &O::min, "share of the rate at the end", at_least(0) && at_most(1))
      .field("unit", &O::unit, "how often the rate changes");
}

float CosineSchedule::factor(const SchedulePosition& position) const {
  const float cosine =
      math::sin_cos_turns(static_cast<float>(0.5 * share_done(position, unit))).cos;
  return min + (1 - min) * (0.5f * (1 + cosine));
}

Fields<PlateauSchedule> PlateauSchedule::fields() {
  using O = PlateauSchedule;
  return Fields<O>("plateau",
                   "drops when the validation error stops improving (Krizhevsky et al. 2012)")
      .field("factor", &O::by, kFactorDoc, above(0) && below(1))
      .field("patience", &O::patience, "epochs in a row without improvement that are let pass",
             at_least(0))
      .field("max_drops", &O::max_drops, "drops at most", at_least(0));
}

float PlateauSchedule::factor(const SchedulePosition& position) const {
  return power_of(by, position.drops);
}

Fields<PlateauState> PlateauState::fields() {
  using O = PlateauState;
  return Fields<O>("plateau", "what a plateau schedule remembers")
      .field("best_error", &O::best_error, "smallest top-1 error")
      .field("bad_epochs", &O::bad_epochs, "since the best one or the last drop", at_least(0))
      .field("drops", &O::drops, "so far", at_least(0));
}

void PlateauState::observe(const PlateauSchedule& schedule, double error) {
  if (error < best_error) {
    best_error = error;
    bad_epochs = 0;
    return;
  }
  if (++bad_epochs <= schedule.patience || drops >= schedule.max_drops) return;
  drops++;
  bad_epochs = 0;
}

Fields<Warmup> Warmup::fields() {
  using O = Warmup;
  return Fields<O>("warmup", "a linear start of the learning rate")
      .field("length", &O::length, "epochs or steps; 0: none", at_least(0))
      .field("start", &O::start, "share of the rate at the very start", at_least(0) && at_most(1))
      .field("unit", &O::unit, "what `length` counts");
}

float Warmup::factor(const SchedulePosition& position) const {
  const int64_t steps = unit == ScheduleUnit::epoch ? length * position.steps_per_epoch : length;
  if (position.step >= steps) return 1;
  return start + (1 - start) * (static_cast<float>(position.step) / static_cast<float>(steps));
}

float scheduled_lr(const LrSchedule& schedule, const Warmup& warmup, float lr,
                   const SchedulePosition& position) {
  const float factor =
      std::visit([&](const auto& kind) { return kind.factor(position); }, schedule);
  return lr * factor * warmup.factor(position);
}

}  // namespace fovea
