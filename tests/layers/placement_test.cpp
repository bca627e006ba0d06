// SPDX-License-Identifier: Apache-2.0
// Nets divided over ranks: gradients of the single device, the bytes that are exchanged, and what
// cannot be divided.
#include "support/error_message.h"
#include "support/placed_run.h"
#include "support/sanitized.h"

#include <fovea/core/error.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace fovea {
namespace {

using test::PassInput;
using test::PassResult;

// Every layer type, in two groups: an AlexNet in small, then branches that meet, dropout on a map
// and on features, and a last layer that two ranks cannot divide.
constexpr const char* kEveryLayer = R"({"input": [3, 19, 17], "layers": [
    {"name": "c1", "type": "conv2d", "out_channels": 8, "kernel_size": 5, "stride": 2}, {"type": "relu"},
    {"type": "lrn", "alpha": 0.1, "groups": 2}, {"type": "maxpool2d", "kernel_size": 3, "stride": 2},
    {"name": "c2", "type": "conv2d", "out_channels": 12, "kernel_size": 3, "padding": 1, "groups": 2},
    {"name": "r2", "type": "relu"}, {"type": "lrn", "size": 3, "alpha": 0.2, "region": "within_map"},
    {"name": "p2", "type": "avgpool2d", "kernel_size": 2, "stride": 1},
    {"name": "c3", "type": "conv2d", "out_channels": 12, "kernel_size": 1},
    {"name": "t3", "type": "tanh"}, {"name": "d3", "type": "dropout", "p": 0.3},
    {"name": "sum", "type": "add", "inputs": ["d3", "p2"]},
    {"name": "c4", "type": "conv2d", "out_channels": 3, "kernel_size": 1, "inputs": ["sum"]},
    {"name": "both", "type": "concat", "inputs": ["c4", "sum"]},
    {"name": "c5", "type": "conv2d", "out_channels": 20, "kernel_size": 2, "groups": 1},
    {"type": "relu"}, {"name": "flat", "type": "flatten"},
    {"name": "f6", "type": "linear", "out_features": 16}, {"type": "relu"},
    {"name": "d6", "type": "dropout", "scale_at": "test"},
    {"name": "f7", "type": "linear", "out_features": 12}, {"type": "sigmoid"}, {"type": "dropout"},
    {"name": "f8", "type": "linear", "out_features": 7}]})";

// Ranks' results against those of one device, and among themselves.
void check_pass(const Net& net, Placement placement, int ranks, int64_t rows,
                const ContextOptions& options, double tolerance = 1e-6) {
  CAPTURE(static_cast<int>(placement), ranks, rows, options.device.to_string());
  const PassInput in(net, rows);
  Context ctx(options);
  const PassResult one = test::pass_on_one(net.clone(), in, ctx);
  const auto results = test::pass_on_ranks(net, placement, ranks, in, options);
  for (const PassResult& result : results) {
    CHECK(test::relative_distance(result.logits, one.logits) <= tolerance);
    const auto distance = test::gradient_distance(net, result.gradients, one.gradients);
    CAPTURE(distance.parameter);
    CHECK(distance.value <= tolerance);
    CHECK(std::ranges::equal(result.gradients.span<float>(), results[0].gradients.span<float>()));
    const bool even = placement == Placement::columns || rows % ranks == 0;
    if (even) CHECK(result.bytes_sent == result.bytes_predicted);
    CHECK(result.bytes_sent > 0);
  }
}

TEST_CASE("columns and hybrid have the gradients of one device, with every layer type") {
  const Net net = Net::from_config(Config::parse(kEveryLayer), 5);
  for (const Placement placement : {Placement::columns, Placement::hybrid}) {
    check_pass(net, placement, 2, 6, {.threads = 1});
    if (!test::kSanitized) check_pass(net, placement, 2, 1, {.threads = 2});
  }
  check_pass(net, Placement::hybrid, 2, 5, {.threads = 1});
  check_pass(net, Placement::columns, 2, 3, {.threads = 1, .numerics = Numerics::fast}, 3e-6);
  if (!test::kThreadSanitized) check_pass(net, Placement::hybrid, 4, 3, {.threads = 1});
}

TEST_CASE("columns and hybrid have the gradients of one GPU") {
  if (test::lacks_cuda(2)) return;
  const Net net = Net::from_config(Config::parse(kEveryLayer), 5);
  for (const Placement placement : {Placement::columns, Placement::hybrid})
    check_pass(net, placement, 2, 3, {.device = Device::cuda(), .threads = 1});
}

// The paper's net on two GPUs of 2012, but for a batch of 8.
TEST_CASE("alexnet-paper on two ranks has the gradients of one device bit for bit") {
  if (test::kSanitized) return;
  const Config config = Config::load(FOVEA_CONFIGS "/alexnet-paper.json");
  const Net net = Net::from_config(config.at("model"), 1);
  const PassInput in(net, 8, 128);  // pictures are on the scale of their bytes
  const ContextOptions options{.threads = 1};
  Context ctx(options);
  const PassResult one = test::pass_on_one(net.clone(), in, ctx);
  // Elements that a rank sends: of each picture the half that is its own, forward and, for conv3,
  // back, and the linear layers' sums; once conv3's filters.
  const int64_t map = 13 * 13, linear = 9216 + 4096 + 4096, outputs = 1000;
  const std::array<int64_t, 2> values{
      8 * ((map * (256 + 384) + linear + outputs) / 2 + linear) + 384 * 3 * 3 * 256 / 2,
      8 * ((linear + outputs) / 2 + linear)};
  for (const Placement placement : {Placement::columns, Placement::hybrid}) {
    for (const PassResult& result : test::pass_on_ranks(net, placement, 2, in, options)) {
      const auto distance = test::gradient_distance(net, result.gradients, one.gradients);
      CAPTURE(static_cast<int>(placement), distance.parameter);
      CHECK(distance.value == 0);
      CHECK(result.bytes_sent == result.bytes_predicted);
      CHECK(result.bytes_sent ==
            values[placement == Placement::hybrid] * static_cast<int64_t>(sizeof(float)));
    }
  }
}

// What the parts of all ranks leave of an arena that they take their parts of.
TEST_CASE("parameters go to the ranks and come back unchanged") {
  const Net net = Net::from_config(Config::parse(kEveryLayer), 5);
  for (const Placement placement : {Placement::data, Placement::columns, Placement::hybrid}) {
    const PassInput in(net, 2);
    std::vector<int> times(static_cast<size_t>(net.values().elements()), 0);
    for (int rank = 0; rank < 2; rank++) {
      PlacedNet placed(net, placement, {rank, 2});
      placed.take(net.values(), placed.net().values());
      REQUIRE(placed.parts().size() == net.parameters().size());
      for (size_t i = 0; i < placed.parts().size(); i++) {
        const ParameterPart& part = placed.parts()[i];
        const Tensor mine = placed.net().value(placed.net().parameters()[i]);
        for (int64_t k = 0; k < mine.elements(); k++) {
          const int64_t at = part.offset + part.begin + k;
          REQUIRE(mine.data<float>()[k] == net.values().data<float>()[at]);
          times[static_cast<size_t>(at)]++;
        }
        CHECK((part.share == GradientShare::own) == (2 * mine.elements() == part.elements));
      }
    }
    int64_t once = 0, twice = 0;
    for (const int t : times) {
      once += t == 1;
      twice += t == 2;
    }
    CHECK((once > 0) == (placement != Placement::data));
    CHECK(once + twice == net.parameter_count());
  }
}

std::string refusal(const char* layers, int ranks) {
  const Net net = Net::from_config(
      Config::parse(R"({"input": [4, 8, 8], "layers": )" + std::string(layers) + "}"), {});
  return test::error_message<ArgumentError>([&] {
    PlacedNet(net, Placement::columns, {0, ranks});
  });
}

TEST_CASE("columns name the layer that so many ranks cannot divide, and why") {
  constexpr const char* kGroups = R"([{"name": "c", "type": "conv2d", "out_channels": 4,
      "kernel_size": 3, "groups": 2}, {"type": "flatten"}, {"type": "linear", "out_features": 4}])";
  CHECK(refusal(kGroups, 4) ==
        "layer \"c\" (conv2d) conv2d: groups 2 cannot be divided over 4 ranks; take a number of "
        "ranks that divides groups, or another placement");
  constexpr const char* kWindows = R"([{"type": "conv2d", "out_channels": 8, "kernel_size": 3},
      {"name": "n", "type": "lrn"}, {"type": "flatten"}, {"type": "linear", "out_features": 4}])";
  CHECK(refusal(kWindows, 2) ==
        "layer \"n\" (lrn) lrn: its windows would cross from one of 2 ranks to another, as groups "
        "is 1; make groups a multiple of the ranks, or take another placement");
  CHECK(refusal(R"([{"type": "flatten"}, {"type": "linear", "out_features": 5}])", 2) ==
        "columns: no layer of this net can be divided over 2 ranks; take fewer, or another "
        "placement");
}

TEST_CASE("a net that is divided to be looked at does not run") {
  const Net net = Net::from_config(Config::parse(kEveryLayer), {});
  PlacedNet placed(net, Placement::columns, {0, 2});
  Context ctx({.threads = 1});
  Execution execution = Execution::training(placed.net(), ctx, {.batch = 1});
  const PassInput in(net, 1);
  CHECK_THROWS_AS(execution.compute(in.x, in.labels, {0, in.samples}), ArgumentError);
}

}  // namespace
}  // namespace fovea
