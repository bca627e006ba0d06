// SPDX-License-Identifier: Apache-2.0
// Whole runs on a GPU, held against the same on the CPU: every bit is the same.
#include "memory_check.h"
#include "support/devices.h"
#include "support/error_message.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/optim/audit.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/predictor.h>
#include <fovea/optim/state_hash.h>

#include <catch2/catch.hpp>

#include <functional>
#include <numeric>

namespace fovea {
namespace {

using test::TinyRun;

struct DeviceOutcome {
  StateHash state;
  std::string weights;
  Metrics val;
};

DeviceOutcome train(Device device, const char* model,
                    const std::function<void(TrainOptions&)>& change) {
  TinyRun run(2, 2, 0, device, model);
  change(run.options);
  run.trainer.emplace(run.net, run.ctx, *run.train, run.val.get(), run.options);
  TrainObserver observer;
  run.trainer->run(observer);
  Execution execution = Execution::inference(run.net, run.ctx, {.batch = 5});
  return {hash_of_state(run.net, run.trainer->optimizer(), run.trainer->position().step),
          hash_of_weights(run.net), evaluate(execution, run.ctx, *run.val)};
}

void check_same(
    const char* model, const std::function<void(TrainOptions&)>& change = [](auto&) {}) {
  const DeviceOutcome cpu = train(Device::cpu(), model, change);
  const DeviceOutcome gpu = train(Device::cuda(), model, change);
  CHECK(first_difference(cpu.state, gpu.state) == "");
  CHECK(cpu.state.step == gpu.state.step);
  CHECK(cpu.weights == gpu.weights);
  CHECK(cpu.val.loss_sum == gpu.val.loss_sum);
  CHECK(cpu.val.top1 == gpu.val.top1);
}

TEST_CASE("a net with every layer trains on a GPU to the bits of the CPU") {
  if (test::lacks_cuda()) return;
  check_same(test::kEveryLayerModel);
}

TEST_CASE("a step that is replayed as a graph gives the bits of one that is not") {
  if (test::lacks_cuda()) return;
  std::vector<std::string> weights;
  for (const bool graph : {false, true}) {
    TinyRun run(1, 1, 0, Device::cuda());
    Execution execution =
        Execution::training(run.net, run.ctx, {.batch = run.train->batch_size(), .graph = graph});
    Sgd sgd(run.net, {.lr = 0.01f});
    Batch batch;
    for (int step = 0; step < 12; step++) {
      run.train->next(batch);
      const Tensor x = batch.images.reshaped(run.net.input_shape().with_batch(batch.size()));
      execution.train_step(x, batch.labels, {batch.epoch, batch.keys});
      sgd.step(run.ctx);
    }
    weights.push_back(hash_of_weights(run.net));
  }
  CHECK(weights[0] == weights[1]);
}

TEST_CASE("options of training give the same bits on a GPU") {
  if (test::lacks_cuda()) return;
  check_same(test::kTinyModel, [](TrainOptions& options) {
    options.accumulate = 2;
    options.clip = {.norm = 0.5f, .value = 0.1f};
    options.label_smoothing = 0.1f;
    options.class_weights = ClassWeights{false, {1, 2, 0.5f, 1}};
    options.optimizer = SgdOptions{.lr = 0.01f, .form = SgdForm::pytorch, .bias_lr = 2};
  });
}

std::string config_text(const std::string& device) {
  return R"({"seed": 5, "data": {"train": {"type": "synthetic", "shape": [3, 12, 12], "classes": 4, "samples": 44}},
             "train": {"epochs": 2, "batch_size": 8, "device": ")" +
         device +
         R"("}, "log": {"hashes": 2, "histograms": 3}, "checkpoint": {"every_steps": 7}, "model": )" +
         std::string(test::kTinyModel) + "}";
}

TEST_CASE("an audit on one device confirms a run of the other") {
  if (test::lacks_cuda()) return;
  for (const auto& [of_run, of_audit] : {std::pair("cpu", "cuda"), std::pair("cuda:0", "cpu")}) {
    const test::TempDir dir;
    const RunFolder folder = RunFolder::create_at(dir.path() / "run", false);
    TrainingRun run(RunConfig::read(Config::parse(config_text(of_run))), {.threads = 1});
    CHECK(run.context().device() == Device::parse(of_run));
    RunRecorder recorder = run.recorder(folder);
    REQUIRE(run.trainer().run(recorder));
    recorder.finish();
    const AuditResult result =
        audit(folder, {.from = 5, .machine = {.device = Device::parse(of_audit), .threads = 1}});
    CHECK(result.agrees());
    CHECK(result.checked >= 3);
  }
}

TEST_CASE("a model that a GPU trained says the same on both devices") {
  if (test::lacks_cuda()) return;
  TinyRun run(1, 1, 3, Device::cuda());
  TrainObserver observer;
  run.trainer->run(observer);
  const test::TempDir dir;
  const std::string path = dir.path() / "model.safetensors";
  save_model(path, run.net, {run.net.resolved_config(Config::parse(test::kTinyModel)), {}, {}});
  std::vector<uint8_t> pixels(static_cast<size_t>(2 * 12 * 12 * 3));
  std::iota(pixels.begin(), pixels.end(), uint8_t{0});
  std::vector<Tensor> answers;
  for (const Device device : test::test_devices()) {
    Model model = load_model(path);
    model.net.move_to(device);
    Context ctx({.device = device, .threads = 1});
    Predictor predictor(model, ctx, 2);
    answers.push_back(predictor.probabilities(pixels).clone());
  }
  CHECK(std::ranges::equal(answers[0].span<float>(), answers[1].span<float>()));
}

TEST_CASE("an execution wants its net on the context's device") {
  if (test::lacks_cuda()) return;
  Net net = Net::from_config(Config::parse(test::kTinyModel), 5);
  Context ctx({.device = Device::cuda(), .threads = 1});
  CHECK(test::error_message<ArgumentError>([&] { Execution::training(net, ctx, {.batch = 2}); }) ==
        "execution: the net lies on cpu, the context computes on cuda:0; call "
        "net.move_to(ctx.device()) first");
}

TEST_CASE("a label out of range is an error on a GPU as well") {
  if (test::lacks_cuda()) return;
  TinyRun run(1, 1, 1, Device::cuda());
  Execution execution = Execution::training(run.net, run.ctx, {.batch = 2});
  const std::vector<uint32_t> samples{0, 1};
  CHECK_THROWS_WITH(execution.train_step(Tensor({2, 12, 12, 3}), Tensor::from<int32_t>({2}, {0, 4}),
                                         {0, samples}),
                    Catch::Contains("label 4 of sample 1 is not in [0, 4)"));
}

TEST_CASE("a batch that a GPU has no memory for is an error that says which would fit") {
  if (test::lacks_cuda()) return;
  TinyRun run(1, 1, 1, Device::cuda());
  const std::string message = test::error_message<DeviceError>(
      [&] { check_memory(run.net, run.ctx, run.options, 1 << 24); });
  CHECK_THAT(message, Catch::Contains("out of memory: batches of 16777216 need"));
  const auto at = message.find("batches of up to ");
  REQUIRE(at != std::string::npos);
  const int64_t fits = std::stoll(message.substr(at + 17));
  const auto free = static_cast<double>(cuda_runtime()->properties(0).free);
  const auto need = [&](int64_t batch) {
    const MemoryNeed bytes = Execution::needed(run.net, run.ctx, {.batch = batch}, true);
    return static_cast<double>(bytes.arena + bytes.workspace);
  };
  CHECK(need(fits) < free);
  CHECK(need(2 * fits) > free);  // not much less than what would fit
}

TEST_CASE("every one of several GPUs is asked for its memory") {
  if (test::lacks_cuda() || cuda_runtime()->device_count() < 2) return;
  TinyRun run(1, 1, 1, Device::cuda());
  const std::vector<Device> others{Device::cuda(1)};
  const auto message = [&](const std::vector<Device>& devices) {
    return test::error_message<DeviceError>(
        [&] { check_memory(run.net, run.ctx, run.options, 1 << 24, {.others = devices}); });
  };
  const auto fits = [](const std::string& text) {
    const auto at = text.find("batches of up to ");
    return at == std::string::npos ? 0 : std::stoll(text.substr(at + 17));
  };
  CHECK(fits(message(others)) > 19 * fits(message({})) / 10);  // they share each batch
}

}  // namespace
}  // namespace fovea
