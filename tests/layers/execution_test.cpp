// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.h"
#include "support/random_tensor.h"

#include <fovea/core/error.h>
#include <fovea/layers/execution.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

using fovea::Config;
using fovea::Context;
using fovea::Execution;
using fovea::Net;
using fovea::Shape;
using fovea::Tensor;
using fovea::test::random_labels;
using fovea::test::random_tensor;

namespace {

// An AlexNet in very small, with everything that is fused.
Net small_net(uint64_t seed = 1) {
  return Net::from_config(Config::parse(R"({"input": [3, 19, 17], "layers": [
      {"type": "conv2d", "out_channels": 8, "kernel_size": 5, "stride": 2}, {"type": "relu"},
      {"type": "lrn", "alpha": 0.1}, {"type": "maxpool2d", "kernel_size": 3, "stride": 2},
      {"type": "conv2d", "out_channels": 6, "kernel_size": 3, "padding": 1, "groups": 2}, {"type": "relu"},
      {"type": "conv2d", "out_channels": 6, "kernel_size": 3, "padding": 1}, {"type": "relu"},
      {"type": "maxpool2d", "kernel_size": 3, "stride": 2, "rounding": "ceil"}, {"type": "flatten"},
      {"type": "linear", "out_features": 16}, {"type": "relu"}, {"type": "dropout"},
      {"type": "linear", "out_features": 5}]})"),
                          seed);
}

std::vector<uint32_t> indices(size_t n) {
  std::vector<uint32_t> samples(n);
  std::iota(samples.begin(), samples.end(), 0U);
  return samples;
}

}  // namespace

TEST_CASE("a training step allocates nothing") {
  Net net = small_net();
  Context ctx({.threads = 2});
  Execution execution = Execution::training(net, ctx, {.batch = 6});
  const Tensor x = random_tensor({6, 19, 17, 3}, 1), labels = random_labels(6, 5, 1);
  const auto samples = indices(6);
  execution.train_step(x, labels, {0, samples});
  const int64_t before = fovea::test::allocations();
  for (int i = 0; i < 3; i++) execution.train_step(x, labels, {0, samples});
  CHECK(fovea::test::allocations() == before);
}

TEST_CASE("a step's loss is the mean of its samples', and its gradient descends") {
  Net net = small_net();
  Context ctx({.threads = 1});
  Execution execution = Execution::training(net, ctx, {.batch = 6});
  const Tensor x = random_tensor({6, 19, 17, 3}, 1), labels = random_labels(6, 5, 1);
  const auto samples = indices(6);
  const auto first = execution.train_step(x, labels, {0, samples});
  double sum = 0;
  for (const float loss : first.losses.span<float>()) sum += loss;
  CHECK(first.loss == Approx(sum / 6).epsilon(1e-6));
  for (int step = 0; step < 50; step++) {
    const auto w = net.values().span<float>(), g = net.gradients().span<float>();
    for (size_t i = 0; i < w.size(); i++) w[i] -= 0.05f * g[i];
    execution.train_step(x, labels, {0, samples});
  }
  CHECK(execution.train_step(x, labels, {0, samples}).loss < 0.5f * first.loss);
}

TEST_CASE("a step's logits and losses can be read after its backward pass") {
  Net net = small_net();
  Context ctx({.threads = 1});
  Execution execution = Execution::training(net, ctx, {.batch = 6});
  const Tensor x = random_tensor({6, 19, 17, 3}, 1), labels = random_labels(6, 5, 1);
  const auto samples = indices(6);
  const Tensor logits = execution.forward(x, {0, samples}).clone();
  const auto step = execution.train_step(x, labels, {0, samples});
  CHECK(std::ranges::equal(step.logits.span<float>(), logits.span<float>()));
  for (const float loss : step.losses.span<float>()) CHECK(loss > 0);
}

TEST_CASE("fused and separate steps train to the same bits in as much memory or less") {
  Net fused = small_net(), separate = small_net();
  Context ctx({.threads = 2});
  Execution a = Execution::training(fused, ctx, {.batch = 6, .fuse = true});
  Execution b = Execution::training(separate, ctx, {.batch = 6, .fuse = false});
  const Tensor x = random_tensor({6, 19, 17, 3}, 1), labels = random_labels(6, 5, 1);
  const auto samples = indices(6);
  CHECK(a.train_step(x, labels, {0, samples}).loss == b.train_step(x, labels, {0, samples}).loss);
  for (int64_t i = 0; i < fused.gradients().elements(); i++) {
    REQUIRE(fused.gradients().data<float>()[i] == separate.gradients().data<float>()[i]);
  }
  CHECK(a.arena_bytes() <= b.arena_bytes());
}

TEST_CASE("what an execution will take can be known before it is made") {
  Net net = small_net();
  Context ctx({.threads = 2});
  for (const bool training : {false, true}) {
    const fovea::MemoryNeed need = Execution::needed(net, ctx, {.batch = 5}, training);
    const Execution execution = training ? Execution::training(net, ctx, {.batch = 5})
                                         : Execution::inference(net, ctx, {.batch = 5});
    CHECK(need.arena == execution.arena_bytes());
    CHECK(need.workspace == execution.workspace_bytes());
  }
}

TEST_CASE("dropout differs between epochs and samples, and is off in evaluation") {
  Net net = small_net();
  Context ctx({.threads = 1});
  Execution training = Execution::training(net, ctx, {.batch = 2});
  Execution evaluation = Execution::inference(net, ctx, {.batch = 2});
  const Tensor x = random_tensor({2, 19, 17, 3}, 1);
  const std::vector<uint32_t> one{1, 2}, other{1, 3};
  const auto run = [&](uint32_t epoch, const std::vector<uint32_t>& samples) {
    return training.forward(x, {epoch, samples}).clone();
  };
  const auto differs = [](const Tensor& a, const Tensor& b) {
    return !std::ranges::equal(a.span<float>(), b.span<float>());
  };
  CHECK_FALSE(differs(run(0, one), run(0, one)));
  CHECK(differs(run(0, one), run(1, one)));
  CHECK_FALSE(differs(run(0, one).rows(0, 1), run(0, other).rows(0, 1)));
  CHECK(differs(run(0, one).rows(1, 2), run(0, other).rows(1, 2)));
  CHECK_FALSE(differs(evaluation.forward(x).clone(), evaluation.forward(x)));
}

TEST_CASE("one net serves several threads") {
  const Net net = small_net();
  const Tensor x = random_tensor({8, 19, 17, 3}, 1);
  Context ctx({.threads = 1});
  Execution whole = Execution::inference(net, ctx, {.batch = 8});
  const Tensor expected = whole.forward(x).clone();
  std::vector<Tensor> results(4);
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      Context own({.threads = 1});
      Execution execution = Execution::inference(net, own, {.batch = 2});
      results[static_cast<size_t>(t)] = execution.forward(x.rows(2 * t, 2 * t + 2)).clone();
    });
  }
  for (auto& thread : threads) thread.join();
  for (int64_t t = 0; t < 4; t++) {
    CHECK(std::ranges::equal(results[static_cast<size_t>(t)].span<float>(),
                             expected.rows(2 * t, 2 * t + 2).span<float>()));
  }
}

TEST_CASE("steps are named by their layers and count their work") {
  const auto model = fovea::Config::parse(R"({"input": [2, 6, 6], "layers": [
      {"name": "c", "type": "conv2d", "out_channels": 3, "kernel_size": 3}, {"type": "relu"},
      {"type": "maxpool2d", "kernel_size": 2}, {"type": "flatten"},
      {"name": "f", "type": "linear", "out_features": 5}]})");
  Net net = Net::from_config(model, 1);
  Context ctx({.threads = 1});
  const auto training = Execution::training(net, ctx, {.batch = 10}).steps();
  REQUIRE(training.size() == 4);
  CHECK(training[0].name == "c + relu1");
  CHECK(training[0].type == "conv2d");
  const int64_t macs = 10 * 4 * 4 * 3 * 3 * 3 * 2;
  CHECK(training[0].forward.macs == macs);
  CHECK(training[0].backward.macs == macs);  // of the weights; the input wants no gradient
  CHECK(training[0].forward.bytes == 4 * (10 * 72 + 3 * 18 + 3 + 10 * 48));
  CHECK(training[1].forward.macs == 0);
  CHECK(training[3].backward.macs == 2 * 10 * 12 * 5);
  // Gradients of output and input, weights and theirs, the input.
  CHECK(training[3].backward.bytes == 4 * (10 * 5 + 10 * 12 + 2 * (12 * 5 + 5) + 10 * 12));
  const auto inference = Execution::inference(net, ctx, {.batch = 10}).steps();
  CHECK(inference[0].forward.macs == macs);
  CHECK(inference[0].backward.bytes == 0);
}

TEST_CASE("normalisation is fused with pooling in windows that are small") {
  const auto steps = [](int kernel) {
    const std::string pool = R"({"type": "maxpool2d", "stride": 1, "kernel_size": )";
    const std::string model = R"({"input": [2, 20, 20], "layers": [{"type": "lrn"}, )" + pool +
                              std::to_string(kernel) + R"(}, {"type": "flatten"}]})";
    Net net = Net::from_config(fovea::Config::parse(model), 1);
    Context ctx({.threads = 1});
    return Execution::training(net, ctx, {.batch = 1}).steps().size();
  };
  CHECK(steps(16) + 1 == steps(17));
}

TEST_CASE("an observer sees every step begin and end in order") {
  struct Recorder final : fovea::StepObserver {
    void before(size_t step, fovea::Pass pass) noexcept override { add(step, pass, '('); }
    void after(size_t step, fovea::Pass pass) noexcept override { add(step, pass, ')'); }
    void add(size_t step, fovea::Pass pass, char mark) {
      text += (pass == fovea::Pass::forward ? "f" : "b") + std::to_string(step) + mark;
    }
    std::string text;
  };
  Net net = Net::from_config(
      fovea::Config::parse(R"({"input": [3], "layers": [{"type": "linear", "out_features": 2},
          {"type": "linear", "out_features": 2}]})"),
      1);
  Context ctx({.threads = 1});
  Execution execution = Execution::training(net, ctx, {.batch = 1});
  Recorder recorder;
  execution.observe(&recorder);
  const std::vector<uint32_t> samples{0};
  execution.train_step(Tensor({1, 3}), Tensor({1}, fovea::DType::i32), {0, samples});
  CHECK(recorder.text == "f0(f0)f1(f1)b1(b1)b0(b0)");
  execution.observe(nullptr);
  execution.train_step(Tensor({1, 3}), Tensor({1}, fovea::DType::i32), {0, samples});
  CHECK(recorder.text.size() == 24);
}

TEST_CASE("misuse is refused") {
  Net net = small_net();
  Context ctx({.threads = 1});
  Execution training = Execution::training(net, ctx, {.batch = 2});
  Execution inference = Execution::inference(net, ctx, {.batch = 2});
  const auto samples = indices(2);
  CHECK_THROWS_AS(inference.forward(Tensor(Shape{3, 19, 17, 3})), fovea::ArgumentError);
  CHECK_THROWS_AS(inference.forward(Tensor(Shape{2, 17, 19, 3})), fovea::ArgumentError);
  CHECK_THROWS_AS(inference.forward(Tensor()), fovea::ArgumentError);
  CHECK_THROWS_AS(inference.backward(Tensor(Shape{2, 5})), fovea::ArgumentError);
  CHECK_THROWS_AS(training.forward(Tensor(Shape{1, 19, 17, 3}), {0, samples}),
                  fovea::ArgumentError);
  CHECK_THROWS_AS(
      training.train_step(Tensor(Shape{2, 19, 17, 3}), random_labels(1, 5, 1), {0, samples}),
      fovea::ArgumentError);
  CHECK_THROWS_AS(Execution::inference(net, ctx, {.batch = 0}), fovea::ArgumentError);
}
