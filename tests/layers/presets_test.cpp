// SPDX-License-Identifier: Apache-2.0
// Parameter and multiply-accumulate counts of the shipped AlexNets: Krizhevsky et al. 2012, and
// torchvision.
#include <fovea/layers/net.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using fovea::Config;
using fovea::Net;
using fovea::Shape;

namespace {

Net preset(const std::string& name, const std::vector<std::string>& overrides = {}) {
  Config config = Config::load(FOVEA_CONFIGS "/" + name + ".json");
  for (const std::string& text : overrides) config.override(text);
  return Net::from_config(config.at("model"), {});
}

int64_t parameters_of(const Net& net, const std::string& layer) {
  int64_t count = 0;
  for (const auto& p : net.parameters())
    count += p.name.starts_with(layer + ".") ? p.spec.shape.elements() : 0;
  return count;
}

int64_t macs_of(const Net& net, const std::string& layer) {
  for (const auto& node : net.nodes()) {
    if (node.name == layer) return node.layer->macs(net.input_shapes(node, 1));
  }
  return -1;
}

}  // namespace

TEST_CASE("the paper's net has the paper's counts, layer by layer") {
  const std::map<std::string, std::pair<int64_t, int64_t>> table{
      {"conv1", {34944, 105415200}},  {"conv2", {307456, 223948800}},
      {"conv3", {885120, 149520384}}, {"conv4", {663936, 112140288}},
      {"conv5", {442624, 74760192}},  {"fc6", {37752832, 37748736}},
      {"fc7", {16781312, 16777216}},  {"fc8", {4097000, 4096000}}};
  const std::vector<std::vector<std::string>> variants{
      {}, {"model.input=[3,224,224]", "model.layers.conv1.padding=[0,0,3,3]"}};
  for (const auto& overrides : variants) {
    const Net net = preset("alexnet-paper", overrides);
    CHECK(net.parameter_count() == 60965224);
    CHECK(net.macs() == 724406816);
    for (const auto& [layer, counts] : table) {
      CHECK(parameters_of(net, layer) == counts.first);
      CHECK(macs_of(net, layer) == counts.second);
    }
    const auto& nodes = net.nodes();
    const auto flatten = std::ranges::find(nodes, "flatten", &fovea::Node::name);
    CHECK(flatten->output == Shape{1, 9216});
  }
}

TEST_CASE("the 2012 program's net has the same size") {
  const Net net = preset("alexnet-2012-code");
  CHECK(net.parameter_count() == 60965224);
  CHECK(net.macs() == 724406816);
}

TEST_CASE("torchvision's net has torchvision's counts") {
  const Net net = preset("alexnet-torchvision");
  CHECK(net.parameter_count() == 61100840);
  CHECK(net.macs() == 714188480);
}

TEST_CASE("the other AlexNets have their counts") {
  for (const char* name : {"alexnet-caffe", "caffenet"}) {
    const Net net = preset(name);
    CHECK(net.parameter_count() == 60965224);
    CHECK(net.macs() == 724406816);
  }
  const Net blog = preset("alexnet-pytorch-blog");  // without columns
  CHECK(blog.parameter_count() == 62378344);
  CHECK(blog.macs() == 1135256096);
  const Net modern = preset("alexnet-modern");
  CHECK(modern.parameter_count() == 16860328);
  CHECK(modern.macs() == 713625600);
  CHECK(preset("alexnet-modern", {"model.input=[3,64,64]"}).output_shape() == Shape{1, 1000});
}
