// SPDX-License-Identifier: Apache-2.0
// A small AlexNet with every layer type against PyTorch in double precision
// (golden/make_golden.py): output, loss, gradients, and the weights after three updates in both
// forms of SGD.
#include <fovea/core/io/safetensors.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/sgd.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

using fovea::Config;
using fovea::Context;
using fovea::Execution;
using fovea::Net;
using fovea::SafetensorsFile;
using fovea::Sgd;
using fovea::SgdForm;
using fovea::Tensor;

namespace {

const char* const kModel = R"({"input": [3, 23, 21], "layers": [
    {"name": "conv1", "type": "conv2d", "out_channels": 12, "kernel_size": 5, "stride": 2, "padding": [1, 0, 3, 2]},
    {"type": "relu"},
    {"type": "lrn", "size": 5, "alpha": 0.3, "beta": 0.75, "k": 2, "alpha_mode": "sum"},
    {"name": "pool1", "type": "maxpool2d", "kernel_size": 3, "stride": 2},
    {"name": "conv2", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1, "groups": 2},
    {"name": "b", "type": "tanh"},
    {"name": "conv2b", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 2, "dilation": 2,
     "inputs": ["pool1"]},
    {"name": "c", "type": "sigmoid"},
    {"name": "sum", "type": "add", "inputs": ["b", "c"]},
    {"type": "concat", "inputs": ["sum", "b"]},
    {"type": "lrn", "size": 3, "alpha": 0.5, "beta": 0.75, "k": 1, "region": "within_map"},
    {"name": "conv3", "type": "conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1},
    {"type": "relu"},
    {"type": "avgpool2d", "kernel_size": 2, "padding": 1},
    {"type": "flatten"},
    {"name": "fc4", "type": "linear", "out_features": 10},
    {"type": "relu"},
    {"type": "dropout", "p": 0},
    {"name": "fc5", "type": "linear", "out_features": 7}]})";

constexpr double kTolerance = 1e-5;

// The largest difference, relative to the largest value.
double difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  double most = 0, size = 0;
  for (int64_t i = 0; i < a.elements(); i++) {
    most = std::max(most, std::fabs(double{a.data<float>()[i]} - b.data<float>()[i]));
    size = std::max(size, std::fabs(double{b.data<float>()[i]}));
  }
  return most / size;
}

struct Golden {
  SafetensorsFile file{FOVEA_GOLDEN};
  Net net = Net::from_config(Config::parse(kModel), 1);
  Context ctx{{.threads = 2}};
  Tensor x = file.read("x"), labels = file.read("labels");
  std::vector<uint32_t> samples{0, 1, 2, 3, 4};

  Golden() {
    for (const auto& parameter : net.parameters())
      file.read_into("w/" + parameter.name, net.value(parameter));
  }
};

}  // namespace

TEST_CASE("output, loss and gradients equal PyTorch's") {
  Golden golden;
  for (const bool fuse : {true, false}) {
    Execution execution = Execution::training(golden.net, golden.ctx, {.batch = 5, .fuse = fuse});
    const auto step = execution.train_step(golden.x, golden.labels, {0, golden.samples},
                                           {.label_smoothing = 0.1f});
    CHECK(difference(step.logits, golden.file.read("logits")) < kTolerance);
    CHECK(step.loss == Approx(golden.file.read("loss").data<float>()[0]).epsilon(kTolerance));
    for (const auto& parameter : golden.net.parameters()) {
      INFO(parameter.name);
      CHECK(difference(golden.net.gradient(parameter), golden.file.read("grad/" + parameter.name)) <
            kTolerance);
    }
  }
}

TEST_CASE("three updates equal PyTorch's, in both forms, over a drop of the rate") {
  for (const auto& [form, prefix] :
       {std::pair{SgdForm::paper, "paper/"}, {SgdForm::pytorch, "pytorch/"}}) {
    Golden golden;
    Execution execution = Execution::training(golden.net, golden.ctx, {.batch = 5});
    Sgd sgd(golden.net, {.lr = 0.1f, .momentum = 0.9f, .weight_decay = 0.005f, .form = form});
    for (const float lr : {0.1f, 0.1f, 0.01f}) {
      execution.train_step(golden.x, golden.labels, {0, golden.samples}, {.label_smoothing = 0.1f});
      sgd.set_lr(lr);
      sgd.step(golden.ctx);
    }
    for (const auto& parameter : golden.net.parameters()) {
      INFO(prefix << parameter.name);
      CHECK(difference(golden.net.value(parameter), golden.file.read(prefix + parameter.name)) <
            kTolerance);
    }
  }
}
