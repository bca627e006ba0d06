// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/layers/net.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::Config;
using fovea::Net;
using fovea::Shape;

namespace {

Net net_of(const std::string& layers, const std::string& input = "[3, 8, 8]") {
  return Net::from_config(
      Config::parse(R"({"input": )" + input + R"(, "layers": )" + layers + "}", "net.json"), 1);
}

std::string error_of(const std::string& layers, const std::string& input = "[3, 8, 8]") {
  try {
    net_of(layers, input);
  } catch (const fovea::ConfigError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a net is read from its config, and its shapes follow") {
  const Net net = net_of(R"([
      {"name": "c", "type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1, "groups": 1},
      {"type": "relu"}, {"type": "maxpool2d", "kernel_size": 2}, {"type": "flatten"},
      {"type": "linear", "out_features": 10, "bias": false}])");
  CHECK(net.input_shape() == Shape{1, 8, 8, 3});
  CHECK(net.output_shape() == Shape{1, 10});
  CHECK(net.nodes()[1].name == "relu1");
  CHECK(net.nodes()[2].output == Shape{1, 4, 4, 4});
  CHECK(net.parameters().size() == 3);
  CHECK(net.parameters()[0].name == "c.weight");
  CHECK(net.parameters()[0].spec.shape == Shape{4, 3, 3, 3});
  CHECK(net.parameter_count() == 4 * 27 + 4 + 640);
  CHECK(net.macs() == 64 * 4 * 27 + 640);
  CHECK(net.find_parameter("linear1.weight")->spec.shape == Shape{10, 64});
  CHECK(net.find_parameter("linear1.bias") == nullptr);
}

TEST_CASE("named inputs make a graph") {
  const Net net = net_of(R"([
      {"name": "a", "type": "conv2d", "out_channels": 3, "kernel_size": 1},
      {"name": "b", "type": "conv2d", "out_channels": 3, "kernel_size": 1, "inputs": ["input"]},
      {"name": "sum", "type": "add", "inputs": ["a", "b", "input"]},
      {"name": "both", "type": "concat", "inputs": ["sum", "a"]}])");
  CHECK(net.nodes()[2].inputs == std::vector<int>{1, 2, 0});
  CHECK(net.output_shape() == Shape{1, 8, 8, 6});
}

TEST_CASE("a part of a graph has what its last layer depends on, and no more") {
  const Net net = Net::from_config(Config::parse(R"({"input": [3, 8, 8], "layers": [
      {"name": "a", "type": "conv2d", "out_channels": 3, "kernel_size": 1},
      {"name": "b", "type": "conv2d", "out_channels": 3, "kernel_size": 1, "inputs": ["input"]},
      {"name": "sum", "type": "add", "inputs": ["b", "input"]},
      {"name": "both", "type": "concat", "inputs": ["sum", "a"]}]})"),
                                   1);
  const Net part = net.up_to(2);
  REQUIRE(part.nodes().size() == 2);
  CHECK(part.nodes()[0].name == "b");
  CHECK(part.nodes()[1].inputs == std::vector<int>{1, 0});
  CHECK(part.output_shape() == Shape{1, 8, 8, 3});
  REQUIRE(part.parameters().size() == 2);
  const auto weight = part.value(part.parameters()[0]).span<float>();
  CHECK(std::ranges::equal(weight, net.value(*net.find_parameter("b.weight")).span<float>()));
}

TEST_CASE("a layer's init comes before the model's") {
  const Net net =
      Net::from_config(Config::parse(R"({"input": [4], "init": {"weight": 2, "bias": 3}, "layers": [
          {"type": "linear", "out_features": 2, "init": {"bias": 5}}, {"type": "linear", "out_features": 2}]})"),
                       1);
  CHECK(net.value(net.parameters()[0]).data<float>()[7] == 2);
  CHECK(net.value(net.parameters()[1]).data<float>()[0] == 5);
  CHECK(net.value(net.parameters()[3]).data<float>()[1] == 3);
}

TEST_CASE("every mistake is named with its place") {
  CHECK_THAT(error_of(R"([{"type": "swosh"}])"),
             Contains("net.json:1") && Contains("swosh") && Contains("conv2d"));
  CHECK_THAT(error_of(R"([{"type": "linear"}])"), Contains("out_features"));
  CHECK_THAT(error_of(R"([{"type": "conv2d", "out_channels": 4, "kernel_sze": 3}])"),
             Contains("kernel_sze") && Contains("did you mean \"kernel_size\""));
  CHECK_THAT(error_of(R"([{"type": "conv2d", "out_channels": 4, "kernel_size": 3, "groups": 3}])"),
             Contains("groups"));
  CHECK_THAT(error_of("[]"), Contains("layers"));
  CHECK_THAT(error_of("[3]"), Contains("layers[0]"));
  CHECK_THAT(error_of(R"([{"type": "relu"}])", "[0, 4, 4]"), Contains("input"));
  CHECK_THAT(error_of(R"([{"name": "a", "type": "relu"}, {"name": "a", "type": "relu"}])"),
             Contains("two layers"));
  CHECK_THAT(error_of(R"([{"type": "relu", "inputs": ["later"]}])"), Contains("later"));
  CHECK_THAT(error_of(R"([{"type": "relu"}, {"type": "relu", "inputs": ["input"]}])"),
             Contains("nobody reads"));
}

TEST_CASE("all mistakes come at once") {
  const std::string error =
      error_of(R"([{"type": "dropout", "p": 1}, {"type": "linear", "out_features": "ten"}])");
  CHECK_THAT(error, Contains("\"p\"") || Contains(".p"));
  CHECK_THAT(error, Contains("out_features"));
}

TEST_CASE("shapes that do not fit name both layers and what to do") {
  CHECK_THAT(error_of(R"([{"name": "pool", "type": "maxpool2d", "kernel_size": 2},
                          {"name": "fc", "type": "linear", "out_features": 5}])"),
             Contains("\"fc\"") && Contains("\"pool\"") && Contains("flatten"));
  CHECK_THAT(
      error_of(R"([{"name": "big", "type": "conv2d", "out_channels": 1, "kernel_size": 9}])"),
      Contains("\"big\"") && Contains("the input") && Contains("does not fit"));
  CHECK_THAT(error_of(R"([{"name": "flat", "type": "flatten"},
                          {"name": "c", "type": "conv2d", "out_channels": 1, "kernel_size": 3}])"),
             Contains("\"c\" (conv2d): after \"flat\": ") &&
                 Contains("without height and width; put this layer before the flatten"));
  CHECK_THAT(
      error_of(
          R"([{"name": "a", "type": "relu"}, {"name": "b", "type": "maxpool2d", "kernel_size": 2},
                          {"name": "sum", "type": "add", "inputs": ["a", "b"]}])"),
      Contains("\"sum\" (add): after \"a\", \"b\": ") && Contains("change out_channels"));
  CHECK_THAT(error_of(R"([{"name": "n", "type": "lrn", "groups": 7}])"),
             Contains("change groups, or out_channels of the layer before"));
}
