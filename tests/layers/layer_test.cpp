// SPDX-License-Identifier: Apache-2.0
// What every layer must do, for each row of layer_cases.h.
#include "layers/layer_cases.h"
#include "support/devices.h"
#include "support/gradient_check.h"

#include <fovea/layers/net.h>

#include <catch2/catch.hpp>

#include <algorithm>

using fovea::Config;
using fovea::Context;
using fovea::Device;
using fovea::Execution;
using fovea::LayerRegistry;
using fovea::Net;
using fovea::Tensor;
using fovea::test::layer_cases;
using fovea::test::LayerCase;

namespace {

Config model_of(const LayerCase& row) {
  return Config::parse(R"({"input": )" + row.input + R"(, "layers": )" + row.layers + "}",
                       row.type);
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() &&
         std::equal(a.span<float>().begin(), a.span<float>().end(), b.span<float>().begin());
}

struct Outcome {
  Tensor output, gradients;
};

Outcome train_once(const LayerCase& row, int threads, bool fuse, int64_t planned,
                   Device device = Device::cpu()) {
  Net net = Net::from_config(model_of(row), 5);
  net.move_to(device);
  Context ctx({.device = device, .threads = threads});
  Execution execution = Execution::training(net, ctx, {.batch = planned, .fuse = fuse});
  const Tensor x = fovea::test::random_tensor(net.input_shape().with_batch(3), 1);
  const std::vector<uint32_t> samples{4, 9, 2};
  const Tensor y = execution.forward(x, {1, samples}).clone();
  execution.backward(fovea::test::random_tensor(y.shape(), 2));
  return {fovea::test::to_host(y), fovea::test::to_host(net.gradients())};
}

}  // namespace

TEST_CASE("every layer type has a row") {
  std::vector<std::string> rows;
  for (const LayerCase& row : layer_cases()) rows.push_back(row.type);
  CHECK(rows == LayerRegistry::builtin().types());
}

TEST_CASE("gradients agree with the forward pass") {
  for (const LayerCase& row : layer_cases()) {
    INFO(row.type);
    Net net = Net::from_config(model_of(row), 5);
    fovea::test::check_gradients(net, 3);
  }
}

TEST_CASE("threads, fusion and room for a larger batch change no bit") {
  for (const LayerCase& row : layer_cases()) {
    INFO(row.type);
    const Outcome plain = train_once(row, 1, false, 3);
    for (const auto& [threads, fuse, planned] :
         {std::tuple{1, true, 3}, {3, true, 3}, {2, false, 8}, {7, true, 5}}) {
      const Outcome other = train_once(row, threads, fuse, planned);
      CHECK(same_bits(plain.output, other.output));
      CHECK(same_bits(plain.gradients, other.gradients));
    }
  }
}

TEST_CASE("every layer gives the bits of the CPU on a GPU") {
  if (!fovea::test::has_cuda()) return;
  for (const LayerCase& row : layer_cases()) {
    INFO(row.type);
    const Outcome cpu = train_once(row, 1, false, 3);
    for (const bool fuse : {false, true}) {
      const Outcome gpu = train_once(row, 1, fuse, 4, Device::cuda());
      CHECK(same_bits(cpu.output, gpu.output));
      CHECK(same_bits(cpu.gradients, gpu.gradients));
    }
  }
}

TEST_CASE("a sample's output does not depend on the rest of its batch") {
  for (const LayerCase& row : layer_cases()) {
    INFO(row.type);
    const Net net = Net::from_config(model_of(row), 5);
    Context ctx({.threads = 2});
    Execution execution = Execution::inference(net, ctx, {.batch = 4});
    const Tensor x = fovea::test::random_tensor(net.input_shape().with_batch(4), 1);
    const Tensor all = execution.forward(x).clone();
    for (int64_t i = 0; i < 4; i++)
      CHECK(same_bits(execution.forward(x.rows(i, i + 1)), all.rows(i, i + 1)));
  }
}

TEST_CASE("an unknown key of any layer is an error that names what there is") {
  for (const LayerCase& row : layer_cases()) {
    const Config model = Config::parse(R"({"input": )" + row.input + R"(, "layers": [{"type": ")" +
                                           row.type + R"(", "no_such_key": 1}]})",
                                       row.type);
    CHECK_THROWS_WITH(Net::from_config(model, 1), Catch::Contains("no_such_key"));
  }
}
