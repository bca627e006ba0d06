// SPDX-License-Identifier: Apache-2.0
// A chart of curves, as SVG.
#pragma once

#include <string>
#include <vector>

namespace fovea::detail {

struct ChartPoint {
  double x = 0, y = 0;
};

struct ChartCurve {
  std::string name;                // in the legend, before the last value
  std::string style;               // class of svg_style(): "train" or "val"
  std::vector<ChartPoint> points;  // ascending in x; those that are not finite are left out
  bool marks = false;              // a dot at each point
};

struct LineChart {
  std::string title, x_label;
  std::vector<ChartCurve> curves;
  std::string unit = {};     // behind values: "%"
  bool from_zero = false;    // the y axis begins at 0
  bool logarithmic = false;  // the y axis, when values of much of the time are far apart
};

inline constexpr int kChartWidth = 460, kChartHeight = 260;

// An element <g> of kChartWidth x kChartHeight, to be put into an <svg> that has svg_style().
// Curves of many points are thinned to what can be told apart.
std::string draw(const LineChart& chart);

// The element <style> for all of our pictures: light or dark as the reader's screen is.
std::string svg_style();

// A whole picture of some extent, around elements.
std::string svg_picture(int width, int height, const std::string& label,
                        const std::string& content);

}  // namespace fovea::detail
