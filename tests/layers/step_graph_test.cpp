// SPDX-License-Identifier: Apache-2.0
#include "step_graph.h"

#include "support/devices.h"

#include <fovea/kernels/clip.h>
#include <fovea/kernels/elementwise.h>

#include <catch2/catch.hpp>

namespace fovea {
namespace {

float first_of(const Tensor& tensor) { return test::to_host(tensor).data<float>()[0]; }

TEST_CASE("what is done twice alike is replayed from then on") {
  if (!test::has_cuda()) return;
  Context ctx({.device = Device::cuda(), .threads = 1});
  Tensor x = Tensor::from<float>({2}, {1, 3}).to(ctx.device());
  StepGraph graph;
  int calls = 0;
  const auto work = [&] {
    calls++;
    scale(ctx, 2, x);
    add(ctx, x, x, x);
  };
  for (int run = 1; run <= 5; run++) {
    graph.run(ctx, {.rows = 2}, work);
    CHECK(graph.is_replaying() == (run >= 2));
  }
  CHECK(calls == 2);  // done, and recorded
  CHECK(first_of(x) == 1024);

  graph.run(ctx, {.rows = 1}, work);  // another key: as it is
  graph.run(ctx, {.rows = 2}, work);  // and back
  CHECK(calls == 3);
  CHECK(first_of(x) == 16384);
}

TEST_CASE("work that waits for the device is never a graph") {
  if (!test::has_cuda()) return;
  Context ctx({.device = Device::cuda(), .threads = 1});
  Tensor x = Tensor::from<float>({2}, {1, 3}).to(ctx.device());
  StepGraph graph;
  std::vector<float> sums;
  for (int run = 0; run < 4; run++) {
    graph.run(ctx, {}, [&] {
      scale(ctx, 2, x);
      sums.push_back(sum(ctx, x));
    });
  }
  CHECK_FALSE(graph.is_replaying());
  CHECK(sums == std::vector<float>{8, 16, 32, 64});
}

TEST_CASE("a graph of the host is work as it is") {
  Context ctx({.threads = 1});
  StepGraph graph;
  int calls = 0;
  for (int run = 0; run < 3; run++) graph.run(ctx, {}, [&] { calls++; });
  CHECK(calls == 3);
}

}  // namespace
}  // namespace fovea
