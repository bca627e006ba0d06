// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/filter_picture.h>

#include <catch2/catch.hpp>

#include <limits>

using fovea::Config;
using fovea::draw_filters;
using fovea::Net;

namespace {

Net net_of(const std::string& layers, const std::string& input) {
  return Net::from_config(
      Config::parse(R"({"input": )" + input + R"(, "layers": [)" + layers + "]}"), 1);
}

const std::string kConv =
    R"({"name": "eye", "type": "conv2d", "out_channels": 4, "kernel_size": 22})";

}  // namespace

TEST_CASE("filters are stretched to the whole range, with transparent lines between") {
  Net net = net_of(kConv, "[1, 22, 22]");
  const fovea::Tensor weight = net.value(*net.find_parameter("eye.weight"));
  const auto w = weight.span<float>();
  std::fill(w.begin(), w.end(), 0.0f);
  w[0] = -0.5f;                                             // filter 0: one dark pixel
  w[22 * 22 + 1] = 3;                                       // filter 1: one light pixel
  w[3 * 22 * 22] = std::numeric_limits<float>::infinity();  // filter 3: nothing to see
  const auto filters = draw_filters(net);
  REQUIRE(filters);
  CHECK(filters->layer == "eye");
  const fovea::Image& image = filters->image;
  REQUIRE(image.channels == 4);
  REQUIRE(image.width == 4 * 44 + 3 * 3);  // 22 pixels twice as large, and the gaps
  REQUIRE(image.height == 44);
  const auto at = [&](int64_t y, int64_t x, int64_t channel) {
    return int{image.pixels[static_cast<size_t>(4 * (y * image.width + x) + channel)]};
  };
  const auto pixel = [&](int64_t y, int64_t x) { return at(y, x, 0); };
  CHECK(pixel(0, 0) == 0);
  CHECK(pixel(1, 1) == 0);
  CHECK(pixel(0, 2) == 255);
  CHECK(at(0, 2, 3) == 255);
  for (const int64_t gap : {44, 46}) CHECK(at(0, gap, 3) == 0);
  CHECK(pixel(0, 47) == 0);
  CHECK(pixel(0, 47 + 2) == 255);
  CHECK(pixel(0, 94) == 128);  // all zeros
  CHECK(pixel(0, 141) == 128);
}

TEST_CASE("the paper's 96 filters are 6 rows of 16 in colour") {
  const Net net = net_of(
      R"({"type": "conv2d", "out_channels": 96, "kernel_size": 11, "stride": 4})", "[3, 35, 35]");
  const auto filters = draw_filters(net);
  REQUIRE(filters);
  CHECK(filters->image.width == 16 * 47 - 3);
  CHECK(filters->image.height == 6 * 47 - 3);
  CHECK(filters->image.channels == 4);
}

TEST_CASE("filters that cannot be seen are not drawn") {
  CHECK_FALSE(draw_filters(net_of(kConv, "[2, 22, 22]")));
  CHECK_FALSE(draw_filters(net_of(R"({"type": "linear", "out_features": 3})", "[4]")));
  CHECK_FALSE(draw_filters(net_of(R"({"type": "relu"})", "[4]")));
}
