// SPDX-License-Identifier: Apache-2.0
// An axis of a chart: which range it shows, where its ticks are.
#pragma once

#include <string>
#include <vector>

namespace fovea::detail {

class Axis {
 public:
  // Round numbers around [low, high], about `ticks` of them, at least `closest` apart. Throws
  // nothing: a range that is empty or not finite becomes one that can be drawn.
  static Axis linear(double low, double high, int ticks, double closest = 0);
  // Powers of ten around [low, high]. REQUIRES: 0 < low.
  static Axis logarithmic(double low, double high);

  double low() const { return ticks_.front(); }
  double high() const { return ticks_.back(); }
  const std::vector<double>& ticks() const { return ticks_; }
  // Where a value is: 0 at the low end, 1 at the high end.
  double place(double value) const;

 private:
  std::vector<double> ticks_;
  bool logarithmic_ = false;
};

std::string tick_text(double value);  // "0.25", "12,000", "1e-05"

}  // namespace fovea::detail
