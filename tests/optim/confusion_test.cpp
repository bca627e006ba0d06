// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/confusion.h>

#include <catch2/catch.hpp>

#include <cmath>

using Catch::Contains;
using fovea::ConfusionMatrix;

namespace {

// Class 0: 3 right, 1 taken for 1. Class 1: 2 right, 2 taken for 0. Class 2: none.
ConfusionMatrix example() {
  ConfusionMatrix matrix(3);
  for (const auto& [truth, predicted] : std::vector<std::pair<int, int>>{
           {0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 1}, {1, 0}, {1, 0}})
    matrix.add(truth, predicted);
  return matrix;
}

}  // namespace

TEST_CASE("precision, recall and F1 of each class are those of its counts") {
  const auto first = example().score(0), second = example().score(1), third = example().score(2);
  CHECK(first.support == 4);
  CHECK(first.precision() == 3.0 / 5);
  CHECK(first.recall() == 3.0 / 4);
  CHECK(first.f1() == Approx(2 * 0.6 * 0.75 / (0.6 + 0.75)));
  CHECK(second.precision() == 2.0 / 3);
  CHECK(second.recall() == 0.5);
  CHECK(third.support == 0);
  CHECK(std::isnan(third.precision()));
  CHECK(std::isnan(third.recall()));
}

TEST_CASE("the worst pairs come first") {
  const auto pairs = example().worst_pairs(5);
  REQUIRE(pairs.size() == 2);
  CHECK(pairs[0].truth == 1);
  CHECK(pairs[0].predicted == 0);
  CHECK(pairs[0].count == 2);
  CHECK(example().worst_pairs(1).size() == 1);
}

TEST_CASE("a confusion matrix is drawn with its names, which are text and not markup") {
  const std::string svg =
      draw_confusion(example(), {"<b>&\"", "a name that is far too long for it"});
  CHECK_THAT(svg, Contains("&lt;b&gt;&amp;&quot;") && !Contains("<b>"));
  CHECK_THAT(svg, Contains("a name that is f…"));
  CHECK_THAT(svg, Contains("taken for &lt;b&gt;&amp;&quot;: 2 of 4"));
  CHECK_THAT(svg, Contains(">2</text>"));  // a class without a name has its number
}

TEST_CASE("a thousand classes are a heat map") {
  ConfusionMatrix matrix(1000);
  matrix.add(3, 999);
  const std::string svg = draw_confusion(matrix, {});
  CHECK_THAT(svg, Contains("href=\"data:image/png;base64,iVBORw0KGgo"));
  CHECK(svg.size() < 20000);
}
