// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/speed_meter.h>

#include <algorithm>
#include <chrono>

namespace fovea {

namespace {

constexpr double kWindowSeconds = 2;  // the shortest over which speed is measured

double steady_seconds() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Speed SpeedMeter::Window::speed(double now, double waited_now) const {
  const double seconds = now - begin;
  if (seconds <= 0) return {};
  return {static_cast<double>(images) / seconds, std::min(1.0, (waited_now - waited) / seconds)};
}

SpeedMeter::SpeedMeter(std::function<double()> seconds)
    : seconds_(seconds ? std::move(seconds) : steady_seconds), run_begin_(seconds_()) {
  window_.begin = epoch_.begin = last_step_ = run_begin_;
}

void SpeedMeter::on_step(const StepReport& report) {
  const double now = seconds_();
  steps_seen_++;
  window_.images += report.samples;
  epoch_.images += report.samples;
  last_step_ = now;
  waited_ = report.seconds_waited;
  recent_ = window_.speed(now, waited_);
  seconds_left_ = (now - run_begin_) / static_cast<double>(steps_seen_) *
                  static_cast<double>(report.steps - report.step);
  if (now - window_.begin >= kWindowSeconds) window_ = {now, waited_, 0};
}

void SpeedMeter::on_epoch(const EpochReport& /*report*/) {
  const double now = seconds_();
  last_epoch_ = {epoch_.speed(last_step_, waited_), now - epoch_.begin};
  window_ = epoch_ = {now, waited_, 0};
}

}  // namespace fovea
