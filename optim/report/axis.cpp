// SPDX-License-Identifier: Apache-2.0
#include "report/axis.h"

#include <fovea/core/number_text.h>

#include <algorithm>
#include <cmath>

namespace fovea::detail {

namespace {

// The smallest of 1, 2, 5, 10, 20, 50, .. that is not below `step`.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

Axis Axis::linear(double low, double high, int ticks, double closest) {
  if (!std::isfinite(low) || !std::isfinite(high)) low = high = 0;
  if (!(high > low)) {
    const double room = low == 0 ? 1 : std::abs(low) / 2;
    low -= low == 0 ? 0 : room;
    high += room;
  }
  const double step = std::max(round_step((high - low) / ticks), closest);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  Axis axis;
  for (double i = first; i <= last; i++) axis.ticks_.push_back(i * step);
  return axis;
}

Axis Axis::logarithmic(double low, double high) {
  const double first = std::floor(std::log10(low) + 1e-9);
  const double last = std::max(first + 1, std::ceil(std::log10(high) - 1e-9));
  Axis axis;
  axis.logarithmic_ = true;
  for (double power = first; power <= last; power++) axis.ticks_.push_back(std::pow(10, power));
  return axis;
}

double Axis::place(double value) const {
  const auto scale = [&](double v) { return logarithmic_ ? std::log10(v) : v; };
  return (scale(value) - scale(low())) / (scale(high()) - scale(low()));
}

std::string tick_text(double value) {
  const bool whole = std::abs(value) < 1e15 && value == std::round(value);
  return whole ? grouped_text(std::llround(value)) : rounded_text(value);
}

}  // namespace fovea::detail
