// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/features.h>

#include <catch2/catch.hpp>

#include <cmath>

using namespace fovea;
using Catch::Contains;

namespace {

Model model_of(const char* graph) {
  return {Net::from_config(Config::parse(graph), 5), {graph, {}, {"0", "1", "2", "3"}}};
}

}  // namespace

TEST_CASE("features are the layer's outputs in the whole net") {
  const test::TinyRun run(1);
  const Model model = model_of(test::kEveryLayerModel);
  Context ctx({.threads = 2});
  const Net part = net_up_to(model, "sum");
  CHECK(part.nodes().back().name == "sum");
  const Tensor features = extract_features(part, ctx, *run.val, 3);
  CHECK(features.shape() == Shape{20, part.output_shape().elements()});

  // The whole net as it stands, with what lies behind the layer replaced by nothing: the values are
  // those that a net of these layers has.
  Execution execution = Execution::inference(part, ctx, {.batch = 1});
  Batch batch;
  run.val->seek(0, 0);
  run.val->next(batch);
  const Tensor alone = execution.forward(batch.images.rows(2, 3));
  CHECK(std::ranges::equal(alone.span<float>(), features.rows(2, 3).span<float>()));
  for (const Parameter& p : part.parameters()) {
    const Tensor whole = model.net.value(*model.net.find_parameter(p.name));
    CHECK(std::ranges::equal(part.value(p).span<float>(), whole.span<float>()));
  }
}

TEST_CASE("a layer is taken with its activation, none means the last hidden one") {
  const Model model = model_of(R"({"input": [8], "layers": [
      {"name": "fc1", "type": "linear", "out_features": 6}, {"name": "act", "type": "relu"},
      {"type": "dropout"}, {"name": "fc2", "type": "linear", "out_features": 4}]})");
  CHECK(net_up_to(model, "fc1").nodes().back().name == "act");
  CHECK(net_up_to(model, "act").nodes().size() == 2);
  CHECK(net_up_to(model, "").output_shape() == Shape{1, 6});
  CHECK(net_up_to(model, "fc2").output_shape() == Shape{1, 4});
  CHECK_THAT(test::error_message<ConfigError>([&] { net_up_to(model, "fc3"); }),
             Contains("no layer \"fc3\"") && Contains("its layers are fc1 act"));
}

TEST_CASE("the nearest rows are those of the smallest distances") {
  Context ctx({.threads = 3});
  const Tensor rows = Tensor::from<float>({5, 2}, {0, 0, 3, 4, 0, 1, 0, -1, 0, 0});
  const std::vector<int64_t> queries{0, 1};
  const auto nearest = nearest_rows(rows, queries, 3, ctx.pool());
  REQUIRE(nearest.size() == 2);
  REQUIRE(nearest[0].size() == 3);
  CHECK(nearest[0][0].row == 4);
  CHECK(nearest[0][0].distance == 0);
  CHECK(nearest[0][1].row == 2);
  CHECK(nearest[0][2].row == 3);
  CHECK(nearest[1][0].row == 2);
  CHECK(nearest[1][0].distance == std::sqrt(18.0f));
  CHECK(nearest_rows(rows, queries, 99, ctx.pool())[0].size() == 4);
}
