// SPDX-License-Identifier: Apache-2.0
// How fast a run is, and what share of its time goes into waiting for data.
#pragma once

#include <fovea/optim/trainer.h>

#include <functional>

namespace FOVEA_API fovea {

struct Speed {
  double images_per_second = 0;
  double data_wait = 0;  // share of the time in which the device waited for input, in [0, 1]
};

// The first of a run's observers; the others read it.
class SpeedMeter final : public TrainObserver {
 public:
  // `seconds` is a clock that never goes back; empty: the system's.
  explicit SpeedMeter(std::function<double()> seconds = {});

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& report) override;

  const Speed& recent() const { return recent_; }  // of the last seconds
  double seconds_left() const { return seconds_left_; }

  // Of the last epoch that ended, or of its part since this process began; speed without the
  // validation, seconds with it.
  struct Epoch {
    Speed speed;
    double seconds = 0;
  };
  const Epoch& last_epoch() const { return last_epoch_; }

 private:
  // A stretch of time over which speed is measured.
  struct Window {
    double begin = 0, waited = 0;
    int64_t images = 0;

    Speed speed(double now, double waited_now) const;
  };

  std::function<double()> seconds_;
  double run_begin_, last_step_ = 0, waited_ = 0, seconds_left_ = 0;
  int64_t steps_seen_ = 0;
  Window window_, epoch_;
  Speed recent_;
  Epoch last_epoch_;
};

}  // namespace fovea
