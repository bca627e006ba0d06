// SPDX-License-Identifier: Apache-2.0
// What reports are made of: text inside markup, axes, charts.
#include "report/axis.h"
#include "report/line_chart.h"
#include "report/markup.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using Catch::Contains;
using namespace fovea::detail;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) n++;
  return n;
}

}  // namespace

TEST_CASE("any text becomes character data") {
  CHECK(escaped("T-shirt/top") == "T-shirt/top");
  CHECK(escaped("<script>&\"'") == "&lt;script&gt;&amp;&quot;&#39;");
  CHECK(escaped("Größe 猫 🐈") == "Größe 猫 🐈");
  CHECK(escaped("a\x1b[0m\x7f\n\t") == "a\xEF\xBF\xBD[0m\xEF\xBF\xBD\n\t");
  CHECK(escaped("\xff\xc3") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(escaped("\xc2\x9b") == "\xEF\xBF\xBD");  // a control character of two bytes
  CHECK(escaped(std::string_view("\0", 1)) == "\xEF\xBF\xBD");
}

TEST_CASE("base64 is that of its standard") {
  // RFC 4648, section 10
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}})
    CHECK(base64(bytes) == text);
  CHECK(base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("axes show round numbers around the values") {
  CHECK(Axis::linear(0, 6, 6).ticks() == std::vector<double>{0, 1, 2, 3, 4, 5, 6});
  CHECK(Axis::linear(0.31, 2.28, 5).ticks() == std::vector<double>{0, 0.5, 1, 1.5, 2, 2.5});
  CHECK(Axis::linear(0, 450000, 6).high() == 500000);
  CHECK(Axis::linear(0, 0, 5).high() > 0);
  CHECK(Axis::linear(3, 3, 5).low() < 3);
  CHECK(Axis::linear(kNan, kNan, 5).high() > Axis::linear(kNan, kNan, 5).low());
  const Axis powers = Axis::logarithmic(2e-4, 0.05);
  CHECK(powers.low() == Approx(1e-4));
  CHECK(powers.high() == Approx(0.1));
  CHECK(powers.place(1e-2) == Approx(2.0 / 3));
  CHECK(tick_text(12000) == "12,000");
  CHECK(tick_text(0.30000000000000004) == "0.3");
}

TEST_CASE("a chart has a path for each curve, thinned, without what is not finite") {
  LineChart chart{"Loss & more", "step", {{"train", "train", {}}, {"val", "val", {}, true}}};
  for (int i = 0; i < 10000; i++) chart.curves[0].points.push_back({double(i), 1.0 / (i + 1)});
  chart.curves[1].points = {{5000, 0.5}, {9999, kNan}};
  const std::string svg = draw(chart);
  CHECK_THAT(svg, Contains("Loss &amp; more") && Contains("val 0.5"));
  CHECK(count(svg, "<circle") == 1);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.size() < 10000);
}

TEST_CASE("a chart of nothing says so") {
  CHECK_THAT(draw({"Loss", "step", {{"train", "train", {}}}}), Contains("nothing logged yet"));
}
