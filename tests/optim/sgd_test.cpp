// SPDX-License-Identifier: Apache-2.0
#include "support/random_tensor.h"

#include <fovea/optim/sgd.h>

#include <catch2/catch.hpp>

#include <cmath>

using fovea::Config;
using fovea::Context;
using fovea::Net;
using fovea::Sgd;
using fovea::SgdForm;
using fovea::SgdOptions;
using fovea::Tensor;

namespace {

Net linear_net() {
  return Net::from_config(Config::parse(R"({"input": [5], "layers": [
      {"type": "linear", "out_features": 3, "init": {"bias": {"normal": 1}}},
      {"type": "linear", "out_features": 4, "init": {"bias": {"normal": 1}}}]})"),
                          1);
}

// The formulas of kernels/sgd.h in double precision.
void reference_step(const SgdOptions& o, float lr, bool bias, double g, double& v, double& w) {
  const double rate = bias ? lr * o.bias_lr : lr,
               decay = bias ? o.weight_decay * o.bias_decay : o.weight_decay;
  if (o.form == SgdForm::paper) {
    v = o.momentum * v - rate * (g + decay * w);
    w = w + v;
  } else {
    v = o.momentum * v + (g + decay * w);
    w = w - rate * v;
  }
}

}  // namespace

TEST_CASE("both forms follow their formula over a drop of the rate, biases apart") {
  Context ctx({.threads = 2});
  for (const SgdForm form : {SgdForm::paper, SgdForm::pytorch}) {
    for (const float bias_lr : {1.0f, 2.0f}) {
      const SgdOptions options{.lr = 0.1f,
                               .momentum = 0.9f,
                               .weight_decay = 0.01f,
                               .form = form,
                               .bias_lr = bias_lr,
                               .bias_decay = bias_lr - 1};
      Net net = linear_net();
      Sgd sgd(net, options);
      std::vector<std::vector<double>> v, w;
      for (const auto& parameter : net.parameters()) {
        const auto values = net.value(parameter).span<float>();
        w.emplace_back(values.begin(), values.end());
        v.emplace_back(values.size(), 0.0);
      }
      for (const float lr : {0.1f, 0.1f, 0.01f}) {
        sgd.set_lr(lr);
        for (size_t p = 0; p < net.parameters().size(); p++) {
          const auto& parameter = net.parameters()[p];
          const Tensor g =
              fovea::test::random_tensor(parameter.spec.shape, static_cast<uint32_t>(p));
          net.gradient(parameter).copy_from(g);
          for (size_t i = 0; i < w[p].size(); i++) {
            reference_step(options, lr, parameter.spec.name == "bias", g.data<float>()[i], v[p][i],
                           w[p][i]);
          }
        }
        sgd.step(ctx);
      }
      for (size_t p = 0; p < net.parameters().size(); p++) {
        for (size_t i = 0; i < w[p].size(); i++) {
          CHECK(net.value(net.parameters()[p]).data<float>()[i] ==
                Approx(w[p][i]).epsilon(1e-5).margin(1e-6));
          CHECK(sgd.velocity(net.parameters()[p]).data<float>()[i] ==
                Approx(v[p][i]).epsilon(1e-5).margin(1e-6));
        }
      }
    }
  }
}

TEST_CASE("biases apart or not, equal multipliers give the same bits") {
  Context ctx({.threads = 1});
  Net one = linear_net(), apart = linear_net();
  Sgd a(one, {.weight_decay = 0.01f}), b(apart, {.weight_decay = 0.01f, .bias_decay = 1.0000001f});
  one.gradients().copy_from(fovea::test::random_tensor(one.gradients().shape(), 1));
  apart.gradients().copy_from(one.gradients());
  a.step(ctx);
  b.step(ctx);
  for (const auto& parameter : one.parameters()) {
    if (parameter.spec.name == "bias") continue;
    CHECK(std::ranges::equal(one.value(parameter).span<float>(),
                             apart.value(parameter).span<float>()));
  }
}

TEST_CASE("a group's rate drops at its epoch, and no other layer's does") {
  Context ctx({.threads = 1});
  const auto step_in = [&](int64_t epoch, float other_rate) {
    Net net = linear_net();
    SgdOptions options{.momentum = 0};
    options.groups.push_back(
        {.layers = {"linear1"}, .lr = other_rate, .drop = 0.5f, .drop_from_epoch = 3});
    Sgd sgd(net, options);
    net.gradients().copy_from(fovea::test::random_tensor(net.gradients().shape(), 1));
    sgd.step(ctx, 10, epoch);
    return std::pair(net.value(net.parameters()[0]).clone(),
                     net.value(net.parameters()[2]).clone());
  };
  const auto before = step_in(2, 1), after = step_in(3, 1), halved = step_in(0, 0.5f);
  CHECK(std::ranges::equal(after.first.span<float>(), halved.first.span<float>()));
  CHECK_FALSE(std::ranges::equal(before.first.span<float>(), after.first.span<float>()));
  CHECK(std::ranges::equal(before.second.span<float>(), after.second.span<float>()));
}
