// SPDX-License-Identifier: Apache-2.0
// Schedules, clipping, updates and losses against PyTorch in double precision
// (golden/make_training_golden.py).
#include <fovea/core/io/safetensors.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/clip_gradients.h>
#include <fovea/optim/lr_schedule.h>
#include <fovea/optim/sgd.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

using fovea::Config;
using fovea::Context;
using fovea::LrSchedule;
using fovea::Net;
using fovea::SafetensorsFile;
using fovea::SchedulePosition;
using fovea::ScheduleUnit;
using fovea::Sgd;
using fovea::SgdForm;
using fovea::SgdOptions;
using fovea::Tensor;

namespace {

const SafetensorsFile& golden() {
  static const SafetensorsFile file(FOVEA_TRAINING_GOLDEN);
  return file;
}

// The largest difference, relative to the largest value.
double relative_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  double most = 0, size = 0;
  for (int64_t i = 0; i < a.elements(); i++) {
    most = std::max(most, std::fabs(double{a.data<float>()[i]} - b.data<float>()[i]));
    size = std::max(size, std::fabs(double{b.data<float>()[i]}));
  }
  return most / size;
}

constexpr float kLr = 0.8f;
constexpr int64_t kEpochs = 10, kSteps = 100;

// The position before an epoch or a step of a run of 10 epochs of 10 steps.
SchedulePosition before(ScheduleUnit unit, int64_t i) {
  const int64_t step = unit == ScheduleUnit::epoch ? i * kSteps / kEpochs : i;
  return {step, kSteps, step * kEpochs / kSteps, kEpochs, kSteps / kEpochs, 0};
}

void check_rates(const std::string& name, ScheduleUnit unit, const LrSchedule& schedule,
                 const fovea::Warmup& warmup = {}) {
  const Tensor wanted = golden().read("lr/" + name);
  for (int64_t i = 0; i < wanted.elements(); i++) {
    INFO(name << " " << i);
    CHECK(fovea::scheduled_lr(schedule, warmup, kLr, before(unit, i)) ==
          Approx(wanted.data<float>()[i]).epsilon(2e-6));
  }
}

Net two_layers() {
  return Net::from_config(Config::parse(R"({"input": [5], "layers": [
      {"type": "linear", "out_features": 3}, {"type": "linear", "out_features": 4}]})"),
                          1);
}

// The weights after the four updates of a case.
void check_updates(SgdForm form, const std::string& name, const SgdOptions& options) {
  Context ctx({.threads = 2});
  Net net = two_layers();
  for (const auto& p : net.parameters()) golden().read_into("sgd/start/" + p.name, net.value(p));
  Sgd sgd(net, options);
  int step = 0;
  for (const float lr : {0.1f, 0.1f, 0.01f, 0.01f}) {
    const std::string gradient = "sgd/gradient" + std::to_string(step++) + "/";
    for (const auto& p : net.parameters()) golden().read_into(gradient + p.name, net.gradient(p));
    sgd.set_lr(lr);
    sgd.step(ctx);
  }
  const std::string prefix =
      std::string("sgd/") + (form == SgdForm::paper ? "paper/" : "pytorch/") + name + "/";
  for (const auto& p : net.parameters()) {
    INFO(prefix << p.name);
    CHECK(relative_difference(net.value(p), golden().read(prefix + p.name)) < 1e-6);
  }
}

}  // namespace

TEST_CASE("the rates of each schedule equal PyTorch's") {
  using namespace fovea;
  constexpr auto kEpoch = ScheduleUnit::epoch, kStep = ScheduleUnit::step;
  check_rates("step_by_epoch", kEpoch, StepSchedule{.every = 3, .by = 0.5f});
  check_rates("step_by_step", kStep, StepSchedule{.every = 7, .by = 0.5f, .unit = kStep});
  check_rates("multistep", kEpoch, MultistepSchedule{.at = {2, 5, 8}});
  check_rates("exponential_by_epoch", kEpoch, ExponentialSchedule{.by = 0.9f});
  check_rates("exponential_by_step", kStep, ExponentialSchedule{.by = 0.96875f, .unit = kStep});
  check_rates("poly", kStep, PolySchedule{.power = 2.5f});
  check_rates("poly_linear", kStep, PolySchedule{});
  check_rates("cosine", kStep, CosineSchedule{.min = 0.1f});
  check_rates("cosine_by_epoch", kEpoch, CosineSchedule{.unit = kEpoch});
  check_rates("warmup", kStep, ConstantSchedule{}, {.length = 20, .start = 0.25f});
  check_rates("warmup", kStep, ConstantSchedule{}, {.length = 2, .start = 0.25f, .unit = kEpoch});
}

TEST_CASE("plateau drops where PyTorch's ReduceLROnPlateau drops") {
  const fovea::PlateauSchedule schedule{.by = 0.5f, .patience = 2, .max_drops = 100};
  const Tensor errors = golden().read("plateau/errors"), wanted = golden().read("lr/plateau");
  fovea::PlateauState state;
  for (int64_t i = 0; i < errors.elements(); i++) {
    SchedulePosition position = before(ScheduleUnit::epoch, 0);
    position.drops = state.drops;
    CHECK(fovea::scheduled_lr(schedule, {}, kLr, position) ==
          Approx(wanted.data<float>()[i]).epsilon(1e-6));
    state.observe(schedule, errors.data<float>()[i]);
  }
  CHECK(state.drops == 3);
}

TEST_CASE("clipping by norm and by value equals PyTorch's") {
  Context ctx({.threads = 2});
  const auto check = [&](const std::string& name, const fovea::ClipOptions& options) {
    Tensor gradients = golden().read("clip/gradients");
    fovea::clip_gradients(ctx, options, gradients);
    CHECK(relative_difference(gradients, golden().read("clip/" + name)) < 1e-6);
  };
  check("norm", {.norm = 1.5f});
  check("norm_not_reached", {.norm = 1e4f});
  check("value", {.value = 0.5f});
}

TEST_CASE("updates equal PyTorch's and the paper's: momentum, decay, groups, biases apart") {
  for (const SgdForm form : {SgdForm::pytorch, SgdForm::paper}) {
    check_updates(form, "plain", {.momentum = 0, .form = form});
    check_updates(form, "momentum", {.momentum = 0.9f, .form = form});
    check_updates(form, "decay", {.momentum = 0, .weight_decay = 0.01f, .form = form});
    check_updates(form, "both", {.momentum = 0.9f, .weight_decay = 0.01f, .form = form});
    check_updates(form, "apart",
                  {.momentum = 0.9f,
                   .weight_decay = 0.01f,
                   .form = form,
                   .bias_lr = 2,
                   .bias_decay = 0,
                   .groups = {{.layers = {"linear2"}, .lr = 0.5f, .weight_decay = 3}}});
  }
}

TEST_CASE("losses and their gradients equal PyTorch's, with and without label smoothing") {
  Context ctx({.threads = 2});
  const Tensor logits = golden().read("loss/logits"), labels = golden().read("loss/labels");
  for (const auto& [text, smoothing] : {std::pair{"0", 0.0f}, {"0.1", 0.1f}, {"0.5", 0.5f}}) {
    Tensor losses(fovea::Shape{logits.shape()[0]}), gradient(logits.shape());
    softmax_cross_entropy(ctx, {.label_smoothing = smoothing}, logits, labels, losses, gradient);
    const std::string prefix = std::string("loss/") + text;
    CHECK(relative_difference(losses, golden().read(prefix + "/losses")) < 1e-6);
    CHECK(relative_difference(gradient, golden().read(prefix + "/gradient")) < 1e-6);
  }
}
