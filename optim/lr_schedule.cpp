// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/math.h>
#include <fovea/optim/lr_schedule.h>

#include <algorithm>

namespace fovea {

Fields<ConstantSchedule> ConstantSchedule::fields() {
  return Fields<ConstantSchedule>("constant", "The same rate throughout");
}

float ConstantSchedule::factor(const SchedulePosition& /*position*/) const { return 1; }

Fields<StepSchedule> StepSchedule::fields() {
  using O = StepSchedule;
  return Fields<O>("step", "Drops by a factor at some epochs")
      .field("every", &O::every, "epochs between two drops; or give `at`", at_least(0))
      .field("at", &O::at, "epochs at whose start the rate drops, counted from 0", at_least(1))
      .field("factor", &O::by, "what the rate is multiplied by at a drop", above(0) && at_most(1))
      .check([](const Config& config, const O& o) {
        if ((o.every > 0) == !o.at.empty()) config.error("one of \"every\" and \"at\" wanted");
      });
}

float StepSchedule::factor(const SchedulePosition& position) const {
  const int64_t drops = every > 0 ? position.epoch / every
                                  : std::count_if(at.begin(), at.end(),
                                                  [&](int64_t e) { return e <= position.epoch; });
  float product = 1;
  for (int64_t i = 0; i < drops; i++) product *= by;
  return product;
}

Fields<CosineSchedule> CosineSchedule::fields() {
  return Fields<CosineSchedule>("cosine", "Half a cosine from the rate down to min times the rate")
      .field("min", &CosineSchedule::min, "share of the rate at the end",
             at_least(0) && at_most(1));
}

float CosineSchedule::factor(const SchedulePosition& position) const {
  const auto done =
      static_cast<float>(static_cast<double>(position.step) / static_cast<double>(position.steps));
  const float cosine = math::sin_cos_turns(0.5f * done).cos;
  return min + (1 - min) * (0.5f * (1 + cosine));
}

float scheduled_lr(const LrSchedule& schedule, float lr, const SchedulePosition& position) {
  return lr * std::visit([&](const auto& kind) { return kind.factor(position); }, schedule);
}

}  // namespace fovea
