// SPDX-License-Identifier: Apache-2.0
#include "report/line_chart.h"

#include "report/axis.h"
#include "report/markup.h"

#include <fovea/core/number_text.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fovea::detail {

namespace {

// The plot inside a chart, in pixels.
constexpr double kLeft = 56, kRight = kChartWidth - 16, kTop = 38, kBottom = kChartHeight - 38;
constexpr size_t kMostPoints = 200;

std::string at(double pixel) { return fixed_text(pixel, 1); }

// Means of neighbours, when there are too many points.
std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points) {
  std::vector<ChartPoint> finite, thin;
  for (const ChartPoint& p : points) {
    if (std::isfinite(p.x) && std::isfinite(p.y)) finite.push_back(p);
  }
  if (finite.size() <= kMostPoints) return finite;
  for (size_t i = 0; i < kMostPoints; i++) {
    const size_t begin = finite.size() * i / kMostPoints;
    const size_t end = finite.size() * (i + 1) / kMostPoints;
    ChartPoint mean;
    for (size_t k = begin; k < end; k++) {
      mean.x += finite[k].x / static_cast<double>(end - begin);
      mean.y += finite[k].y / static_cast<double>(end - begin);
    }
    thin.push_back(mean);
  }
  return thin;
}

struct Bounds {
  double low = std::numeric_limits<double>::infinity(), high = -low;

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// Whether more than a tenth of the points are far below the largest: a cosine's last steps are not
// enough.
bool far_apart(const std::vector<ChartCurve>& curves) {
  constexpr double kFar = 50;
  std::vector<double> values;
  for (const ChartCurve& curve : curves) {
    for (const ChartPoint& p : curve.points) values.push_back(p.y);
  }
  std::sort(values.begin(), values.end());
  return values.front() > 0 && values.back() > kFar * values[values.size() / 10];
}

// The axes and what maps values to pixels.
struct Plot {
  Axis x, y;

  std::string px(double value) const { return at(kLeft + x.place(value) * (kRight - kLeft)); }
  std::string py(double value) const { return at(kBottom - y.place(value) * (kBottom - kTop)); }
};

Plot plot_of(const LineChart& chart) {
  Bounds x, y;
  for (const ChartCurve& curve : chart.curves) {
    for (const ChartPoint& p : curve.points) {
      x.add(p.x);
      y.add(p.y);
    }
  }
  if (chart.from_zero) y.add(0);
  const bool logarithmic = chart.logarithmic && far_apart(chart.curves);
  return {Axis::linear(std::min(x.low, 0.0), x.high, 6, x.high >= 2 ? 1 : 0),
          logarithmic ? Axis::logarithmic(y.low, y.high) : Axis::linear(y.low, y.high, 5)};
}

std::string text(const std::string& attributes, const std::string& words) {
  return element("text", attributes, escaped(words));
}

std::string grid(const LineChart& chart, const Plot& plot) {
  std::string svg;
  for (const double tick : plot.y.ticks()) {
    const std::string y = plot.py(tick);
    svg += "<path class=\"grid\" d=\"M" + at(kLeft) + " " + y + "H" + at(kRight) + "\"/>";
    svg += text("class=\"tick end\" x=\"" + at(kLeft - 7) + "\" y=\"" + y + "\" dy=\".35em\"",
                tick_text(tick) + chart.unit);
  }
  for (const double tick : plot.x.ticks()) {
    svg += text("class=\"tick mid\" x=\"" + plot.px(tick) + "\" y=\"" + at(kBottom + 16) + "\"",
                tick_text(tick));
  }
  return svg + text("class=\"tick mid\" x=\"" + at((kLeft + kRight) / 2) + "\" y=\"" +
                        at(kBottom + 32) + "\"",
                    chart.x_label);
}

std::string line(const ChartCurve& curve, const Plot& plot) {
  std::string path, marks;
  for (const ChartPoint& p : curve.points) {
    const std::string x = plot.px(p.x), y = plot.py(p.y);
    path += (path.empty() ? "M" : "L") + x + " " + y;
    if (curve.marks) marks += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"2.5\"/>";
  }
  return element("g", "class=\"" + curve.style + "\"", "<path d=\"" + path + "\"/>" + marks);
}

// "— train 0.213", flush right in the line of the title.
std::string legend(const LineChart& chart) {
  std::string svg;
  for (const ChartCurve& curve : chart.curves) {
    if (curve.points.empty()) continue;
    const std::string value = rounded_text(curve.points.back().y) + chart.unit;
    svg += (svg.empty() ? "" : "<tspan>   </tspan>") +
           element("tspan", "class=\"" + curve.style + "\"", "━") +
           element("tspan", "", " " + escaped(curve.name + " " + value));
  }
  return element(
      "text", "class=\"legend end\" xml:space=\"preserve\" x=\"" + at(kRight) + "\" y=\"20\"", svg);
}

}  // namespace

std::string draw(const LineChart& chart) {
  LineChart thin = chart;
  for (ChartCurve& curve : thin.curves) curve.points = thinned(curve.points);
  const bool empty = std::all_of(thin.curves.begin(), thin.curves.end(),
                                 [](const ChartCurve& curve) { return curve.points.empty(); });
  std::string svg = text("class=\"title\" x=\"" + at(kLeft) + "\" y=\"20\"", chart.title);
  if (empty) {
    svg += text("class=\"tick mid\" x=\"" + at(kChartWidth / 2.0) + "\" y=\"" +
                    at(kChartHeight / 2.0) + "\"",
                "nothing logged yet");
    return element("g", "class=\"chart\"", svg);
  }
  const Plot plot = plot_of(thin);
  svg += legend(thin) + grid(thin, plot);
  for (const ChartCurve& curve : thin.curves) svg += line(curve, plot);
  return element("g", "class=\"chart\"", svg);
}

std::string svg_style() {
  return R"(<style>
.fovea{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;--paper:#fff;--ink:#1f2328;
--muted:#656d76;--grid:#e3e7eb;--train:#0969da;--val:#bc4c00}
@media(prefers-color-scheme:dark){.fovea{--paper:#0d1117;--ink:#e6edf3;--muted:#8d96a0;--grid:#2a3038;--train:#58a6ff;
--val:#f0883e}}
.fovea .paper{fill:var(--paper)}
.fovea text{fill:var(--ink)}
.fovea .title{font-weight:600;font-size:13px}
.fovea .tick,.fovea .legend{fill:var(--muted);font-size:11px}
.fovea .end{text-anchor:end}
.fovea .mid{text-anchor:middle}
.fovea .grid{stroke:var(--grid);fill:none}
.fovea .train path,.fovea .val path{fill:none;stroke-width:1.6;stroke-linejoin:round}
.fovea .train path{stroke:var(--train)}
.fovea .val path{stroke:var(--val)}
.fovea .train circle,.fovea .cell,.fovea tspan.train{fill:var(--train)}
.fovea .val circle,.fovea tspan.val,.fovea .wrong{fill:var(--val)}
.fovea .on{fill:var(--paper)}
.fovea .field{fill:var(--grid);fill-opacity:.4}
</style>)";
}

std::string svg_picture(int width, int height, const std::string& label,
                        const std::string& content) {
  const std::string extent = std::to_string(width) + " " + std::to_string(height);
  return element("svg",
                 "xmlns=\"http://www.w3.org/2000/svg\" class=\"fovea\" role=\"img\" aria-label=\"" +
                     escaped(label) + "\" width=\"" + std::to_string(width) + "\" height=\"" +
                     std::to_string(height) + "\" viewBox=\"0 0 " + extent + "\"",
                 svg_style() + "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>" + content);
}

}  // namespace fovea::detail
