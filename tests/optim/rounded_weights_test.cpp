// SPDX-License-Identifier: Apache-2.0
// Weights in bf16 beside fp32 masters: the bits of weights that are rounded in every pass, and
// never out of date.
#include "support/devices.h"
#include "support/environment.h"
#include "support/random_tensor.h"
#include "support/temp_dir.h"

#include <fovea/kernels/clip.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/sgd.h>
#include <fovea/optim/state_hash.h>

#include <catch2/catch.hpp>

#include <functional>
#include <numeric>

namespace fovea {
namespace {

// Filters of whole chunks and others, in groups, of one pixel, with a stride; two linear layers.
const char* const kRoundedModel = R"({"input": [3, 8, 8], "layers": [
    {"name": "c1", "type": "conv2d", "out_channels": 16, "kernel_size": 3}, {"type": "relu"},
    {"name": "c2", "type": "conv2d", "out_channels": 16, "kernel_size": 3, "stride": 2, "padding": 1, "groups": 2},
    {"type": "relu"}, {"name": "c3", "type": "conv2d", "out_channels": 16, "kernel_size": 1},
    {"type": "relu"}, {"type": "flatten"},
    {"name": "f1", "type": "linear", "out_features": 24}, {"type": "relu"},
    {"name": "f2", "type": "linear", "out_features": 4}]})";

constexpr int64_t kBatch = 4;

// A net in training, step by step.
struct Training {
  explicit Training(bool keep_rounded, const SgdOptions& options = {.lr = 0.05f})
      : ctx({.device = Device::cuda(),
             .threads = 1,
             .numerics = Numerics::fast,
             .precision = Precision::bf16}),
        net(Net::from_config(Config::parse(kRoundedModel), 5)) {
    net.move_to(ctx.device());
    execution.emplace(
        Execution::training(net, ctx, {.batch = kBatch, .keep_rounded = keep_rounded}));
    sgd.emplace(net, options);
    std::iota(samples.begin(), samples.end(), 0U);
  }

  void compute() {
    const Tensor x = test::random_tensor({kBatch, 8, 8, 3}, static_cast<uint32_t>(steps));
    const Tensor labels = test::random_labels(kBatch, 4, static_cast<uint32_t>(steps));
    (void)execution->compute(x, labels, {.epoch = 0, .samples = samples});
  }
  void step(const Tensor& halted = {}) {
    compute();
    sgd->step(ctx, steps++, 0, halted);
  }
  const Tensor& weight(const char* name) {
    view = net.value(*net.find_parameter(name));
    return view;
  }
  // How many weights are not those that the copy holds.
  int64_t out_of_date() {
    const Tensor masters = test::to_host(net.values());
    const Tensor copy = test::to_host(net.rounded()->values());
    int64_t count = 0;
    for (int64_t i = 0; i < masters.elements(); i++)
      count += BFloat16::from_float(masters.data<float>()[i]).bits != copy.data<BFloat16>()[i].bits;
    return count;
  }

  Context ctx;
  Net net;
  std::optional<Execution> execution;
  std::optional<Sgd> sgd;
  std::vector<uint32_t> samples = std::vector<uint32_t>(kBatch);
  int64_t steps = 0;
  Tensor view;
};

std::string weights_after(int64_t steps, bool keep_rounded) {
  Training training(keep_rounded);
  for (int64_t i = 0; i < steps; i++) training.step();
  CHECK((training.net.rounded() != nullptr) == keep_rounded);
  return hash_of_weights(training.net);
}

TEST_CASE("weights kept in bf16 train to the bits of weights rounded in every pass") {
  if (test::lacks_cuda()) return;
  CHECK(weights_after(5, true) == weights_after(5, false));
  const test::EnvironmentSetting own_kernels("FOVEA_CUBLAS", "none");
  CHECK(weights_after(20, true) == weights_after(20, false));
}

TEST_CASE("the update keeps weights in bf16 up to date by itself") {
  if (test::lacks_cuda()) return;
  ParameterGroup frozen{.layers = {"c2"}};
  frozen.freeze_from_step = 1;
  Training training(true, {.lr = 0.05f, .groups = {frozen}});
  for (int i = 0; i < 3; i++) {
    training.step();
    CHECK(training.net.rounded()->is_current());  // nothing is left for the next pass to round
    CHECK(training.out_of_date() == 0);
  }
  const std::string before = hash_of_weights(training.net);
  training.step(Tensor::from<int32_t>({1}, {1}).to(training.ctx.device()));
  CHECK(hash_of_weights(training.net) == before);
  CHECK(training.net.rounded()->is_current());
  CHECK(training.out_of_date() == 0);
}

TEST_CASE("weights kept in bf16 follow whatever is written into the masters") {
  if (test::lacks_cuda()) return;
  Training training(true);
  training.step();
  Net other = Net::from_config(Config::parse(kRoundedModel), 6);
  const test::TempDir folder;
  const std::string file = folder.file("other.safetensors");
  save_model(file, other, {.graph = kRoundedModel});
  const Tensor pinned = Tensor::pinned({24}, DType::f32, training.ctx.device());
  const std::vector<std::pair<const char*, std::function<void()>>> writes{
      {"a copy into all",
       [&] { training.net.values().copy_from(other.values().to(Device::cuda())); }},
      {"a copy into one",
       [&] {
         training.weight("c3.weight").copy_from(test::random_tensor({16, 1, 1, 16}, 7));
       }},
      {"zeros", [&] { training.weight("f2.bias").zero(); }},
      {"a copy in the stream", [&] { training.ctx.copy(pinned, training.weight("f1.bias")); }},
      {"zeros in the stream", [&] { training.ctx.zero(training.weight("c1.weight")); }},
      {"first values", [&] { training.net.initialize(9); }},
      {"an op",
       [&] {
         Tensor w = training.weight("f1.weight");
         scale(training.ctx, 1.5f, w);
       }},
      {"a file", [&] { load_weights(SafetensorsFile(file), training.net); }},
  };
  for (const auto& [what, write] : writes) {
    CAPTURE(what);
    for (const bool before_update : {false, true}) {
      if (before_update) training.compute();
      write();
      CHECK_FALSE(training.net.rounded()->is_current());
      if (before_update) training.sgd->step(training.ctx);
      training.compute();
      CHECK(training.net.rounded()->is_current());
      CHECK(training.out_of_date() == 0);
    }
  }
}

TEST_CASE("weights kept in bf16 belong to one net in one place") {
  if (test::lacks_cuda()) return;
  Training training(true);
  training.step();
  Net copy = training.net.clone();
  CHECK(copy.rounded() == nullptr);
  training.net.move_to(Device::cpu());
  CHECK(training.net.rounded() == nullptr);
}

}  // namespace
}  // namespace fovea
