// SPDX-License-Identifier: Apache-2.0
// A GPU is given a step before the one before it is reported: nothing but the time may differ.
#include "support/devices.h"
#include "support/error_message.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"
#include "train_step.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/run_recorder.h>
#include <fovea/optim/state_hash.h>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <functional>
#include <limits>
#include <span>
#include <string_view>

namespace fovea {
namespace {

using test::TinyRun;

// Looks at no state, but at every report.
class Reader final : public TrainObserver {
 public:
  explicit Reader(const Trainer& trainer, int64_t stop_after = 0)
      : trainer_(trainer), stop_after_(stop_after) {}

  bool needs_state(int64_t step) override { return step == looks_at; }
  void on_step(const StepReport& report) override {
    reports.push_back(report);
    CHECK(trainer_.position().step == report.step);
    ahead.push_back(!trainer_.is_between_steps());
  }
  bool should_stop() override { return stop_after_ > 0 && std::ssize(reports) == stop_after_; }

  std::vector<StepReport> reports;
  std::vector<bool> ahead;  // whether the next step had begun, for each
  int64_t looks_at = 0;

 private:
  const Trainer& trainer_;
  int64_t stop_after_;
};

void check_equal(const std::vector<StepReport>& a, const std::vector<StepReport>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); i++) {
    CAPTURE(i);
    CHECK(a[i].step == b[i].step);
    CHECK(a[i].epoch == b[i].epoch);
    CHECK(a[i].batch == b[i].batch);
    CHECK(a[i].samples == b[i].samples);
    CHECK(a[i].loss == b[i].loss);
    CHECK(a[i].lr == b[i].lr);
    CHECK(a[i].gradient_norm == b[i].gradient_norm);
    CHECK(a[i].epoch_so_far.loss_sum == b[i].epoch_so_far.loss_sum);
    CHECK(a[i].epoch_so_far.top1 == b[i].epoch_so_far.top1);
    CHECK(a[i].epoch_so_far.top5 == b[i].epoch_so_far.top5);
    CHECK(a[i].epoch_so_far.samples == b[i].epoch_so_far.samples);
  }
}

TEST_CASE("a GPU is a step ahead of its reports, which are those of the CPU") {
  if (test::lacks_cuda()) return;
  TinyRun cpu(1, 2), gpu(1, 2, 0, Device::cuda());
  Reader on_cpu(*cpu.trainer), on_gpu(*gpu.trainer);
  on_gpu.looks_at = 3;
  CHECK(cpu.trainer->run(on_cpu));
  CHECK(gpu.trainer->run(on_gpu));
  check_equal(on_gpu.reports, on_cpu.reports);
  CHECK(on_cpu.ahead == std::vector<bool>(12));
  // But when somebody looks, and at the end of an epoch.
  CHECK(on_gpu.ahead == std::vector<bool>{true, true, false, true, true, false, true, true, true,
                                          true, true, false});
  CHECK(hash_of_weights(gpu.net) == hash_of_weights(cpu.net));
}

TEST_CASE("a run on a GPU that is stopped stands where its weights are") {
  if (test::lacks_cuda()) return;
  TinyRun gpu(1, 2, 0, Device::cuda());
  Reader on_gpu(*gpu.trainer, 3);
  CHECK_FALSE(gpu.trainer->run(on_gpu));
  const int64_t done = gpu.trainer->position().step;
  CHECK(done == 4);  // the one that was under way
  TinyRun cpu(1, 2);
  Reader on_cpu(*cpu.trainer, done);
  CHECK_FALSE(cpu.trainer->run(on_cpu));
  CHECK(hash_of_weights(gpu.net) == hash_of_weights(cpu.net));
  CHECK(gpu.trainer->run(on_gpu));  // goes on
  CHECK(cpu.trainer->run(on_cpu));
  CHECK(hash_of_weights(gpu.net) == hash_of_weights(cpu.net));
}

TEST_CASE("an observer that fails leaves a GPU run where its weights are") {
  if (test::lacks_cuda()) return;
  class Failing final : public TrainObserver {
   public:
    bool needs_state(int64_t /*step*/) override { return false; }
    void on_step(const StepReport& report) override {
      if (report.step == 2) throw SystemError("full");
    }
  };
  TinyRun gpu(1, 1, 0, Device::cuda()), cpu(1, 1);
  Failing failing;
  CHECK_THROWS_AS(gpu.trainer->run(failing), SystemError);
  CHECK(gpu.trainer->position().step == 3);
  Reader on_cpu(*cpu.trainer, 3);
  cpu.trainer->run(on_cpu);
  CHECK(gpu.trainer->position().epoch_so_far.loss_sum ==
        cpu.trainer->position().epoch_so_far.loss_sum);
  CHECK(hash_of_weights(gpu.net) == hash_of_weights(cpu.net));
}

// Under lazy streams of the emulation whatever the host waits for is done, and nothing else.
TEST_CASE("the host gives a GPU a whole step without waiting for anything before it") {
  const char* streams = std::getenv("CUDA_EMULATION_STREAMS");
  if (streams == nullptr || std::string_view(streams) != "lazy" || test::lacks_cuda()) return;
  for (const int64_t accumulate : {1, 2}) {
    TinyRun run(1, 1, 0, Device::cuda());
    run.options.accumulate = accumulate;
    run.options.clip = {.norm = 0.5f, .value = 0.1f};
    run.options.class_weights = ClassWeights{false, {1, 2, 0.5f, 1}};
    TrainStep step(run.net, run.ctx, run.options, run.train->batch_size());
    Batch batches[2];
    Metrics metrics;
    for (int64_t i = 0; i < 3; i++) {  // until the graph is there
      run.train->next(batches[0]);
      step.begin(batches[0], {0.01f, i, 0});
      step.finish(batches[0], metrics);
    }
    const Tensor before({8}, DType::f32, Device::cuda());
    for (int i = 0; i < 8; i++) run.ctx.zero(before);
    Event reached(Device::cuda());
    reached.record(run.ctx.stream());
    // Two parts of batches: a third one waits for the memory of the first.
    const auto ahead = std::span(batches).first(static_cast<size_t>(2 / accumulate));
    for (Batch& batch : ahead) {
      run.train->next(batch);
      step.begin(batch, {0.01f, 3, 0});
    }
    CHECK_FALSE(reached.is_done());
    for (const Batch& batch : ahead) CHECK(step.finish(batch, metrics).is_finite());
  }
}

// What a run says that diverges on a device, and what it leaves.
struct End {
  std::string message, weights;
  int64_t step = 0;
};

End diverge(Device device, const std::function<void(TinyRun&)>& spoil, int64_t devices = 1) {
  TinyRun run(1, 500, 0, device);
  run.options.lr_schedule = ConstantSchedule{};
  spoil(run);
  std::vector<Device> others;
  for (int i = 1; i < devices; i++) others.push_back(Device::cuda(i));
  Context ctx({.device = device,
               .threads = 1,
               .seed = 5,
               .shards = run.options.shards_per_part(static_cast<int>(devices))});
  Trainer trainer(run.net, ctx, *run.train, nullptr, run.options, {.others = others});
  Reader reader(trainer);
  End end;
  end.message = test::error_message<DivergedError>([&] { trainer.run(reader); });
  end.weights = hash_of_weights(run.net);
  end.step = trainer.position().step;
  return end;
}

void check_diverges_alike(const char* words, const std::function<void(TinyRun&)>& spoil) {
  const End cpu = diverge(Device::cpu(), spoil), gpu = diverge(Device::cuda(), spoil);
  CHECK_THAT(cpu.message, Catch::Contains(words));
  CHECK(gpu.message == cpu.message);
  CHECK(gpu.step == cpu.step);
  CHECK(gpu.weights == cpu.weights);
}

TEST_CASE("a GPU run that diverges names step and layer, and keeps the weights from before") {
  if (test::lacks_cuda()) return;
  check_diverges_alike("the last finite loss was ",
                       [](TinyRun& run) { run.options.optimizer = SgdOptions{.lr = 3e38f}; });
  check_diverges_alike("step 1: the gradient of conv2d1.", [](TinyRun& run) {
    const auto fill = [&](const char* name, float value) {
      const Tensor there = run.net.value(*run.net.find_parameter(name));
      const Tensor here = there.to(Device::cpu()).clone();
      for (float& v : here.span<float>()) v = v < 0 ? -value : value;
      there.copy_from(here);
    };
    fill("conv2d1.weight", 1e-30f);
    fill("linear1.weight", 3e38f);
  });
}

TEST_CASE("several GPUs that diverge say what one says") {
  if (test::lacks_cuda() || cuda_runtime()->device_count() < 2) return;
  const auto spoil = [](TinyRun& run) { run.options.optimizer = SgdOptions{.lr = 3e38f}; };
  const auto spoil_one = [](TinyRun& run) {
    run.options.optimizer = SgdOptions{.lr = 3e38f};
    run.options.accumulate = 2;
  };
  const End one = diverge(Device::cuda(), spoil_one), two = diverge(Device::cuda(), spoil, 2);
  CHECK(two.message == one.message);
  CHECK(two.step == one.step);
  CHECK(two.weights == one.weights);
}

TEST_CASE("pictures that a GPU gets as bytes give the bits of floats") {
  if (test::lacks_cuda()) return;
  DataOptions data;
  data.train = SyntheticOptions{.shape = {3, 12, 12}, .classes = 4, .samples = 44};
  data.mean = 0.5f;
  data.std_dev = 0.25f;
  MeanImage mean{{12, 12}, 3, {}};
  for (int i = 0; i < 432; i++) mean.values.push_back(static_cast<float>(i % 200));
  if (GENERATE(false, true)) {
    data.mean = Measured::per_pixel;
    data.mean_image = std::make_shared<MeanImage>(mean);
  }
  const ColorPca pca{{900, 50, 4}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  data.augment = {HorizontalFlip{}, PcaColor{.divide = 1.1f, .pca = pca}};
  std::vector<std::string> weights, ends;
  for (const bool as_pixels : {false, true}) {
    for (const Device device : test::test_devices()) {
      TinyRun run(1, 2, 0, device);
      const auto train = make_train_source(data, 8, 5, as_pixels);
      run.options.accumulate = 2;
      Trainer trainer(run.net, run.ctx, *train, nullptr, run.options);
      Reader reader(trainer);
      trainer.run(reader);
      weights.push_back(hash_of_weights(run.net));

      const Tensor weight = run.net.value(*run.net.find_parameter("linear1.weight"));
      weight.copy_from(Tensor::from<float>(
          weight.shape(), std::vector<float>(static_cast<size_t>(weight.elements()), 3e38f)));
      Trainer diverging(run.net, run.ctx, *train, nullptr, run.options);
      ends.push_back(test::error_message<DivergedError>([&] { diverging.run(reader); }));
    }
  }
  CHECK(weights == std::vector<std::string>(weights.size(), weights[0]));
  CHECK(ends == std::vector<std::string>(ends.size(), ends[0]));
  CHECK_THAT(ends[0], Catch::Contains("the output of layer linear1"));
}

TEST_CASE("pixels want views and a mean of their channels") {
  TinyRun run(1);
  Execution execution = Execution::training(run.net, run.ctx, {.batch = 2});
  const std::vector<uint32_t> samples{0, 1};
  const Tensor pixels({2, 12, 12, 3}, DType::u8), labels({2}, DType::i32);
  CHECK_THROWS_AS(execution.compute(pixels, labels, {0, samples}), ArgumentError);
  const Tensor deviation = Tensor::from<float>({3}, {1, 1, 1});
  execution.set_pixels({1, Tensor({1, 1, 3}), deviation});
  CHECK_THROWS_AS(execution.compute(pixels, labels, {0, samples}), ArgumentError);
  const std::vector<int32_t> views(2 * kPixelViewWords, 0x3f800000);
  CHECK_NOTHROW(execution.compute(pixels, labels, {0, samples, views}));
  execution.set_pixels({1, Tensor({1, 1, 5}), deviation});
  CHECK_THROWS_AS(execution.compute(pixels, labels, {0, samples, views}), ArgumentError);
}

TEST_CASE("a GPU run goes on after a step that diverged") {
  if (test::lacks_cuda()) return;
  std::vector<std::string> weights;
  for (const Device device : test::test_devices()) {
    TinyRun run(1, 1, 0, device);
    const Tensor bias = run.net.value(*run.net.find_parameter("linear1.bias"));
    const Tensor good = bias.clone(), bad = bias.to(Device::cpu()).clone();
    bad.data<float>()[0] = std::numeric_limits<float>::infinity();
    bias.copy_from(bad);
    Reader reader(*run.trainer);
    CHECK_THROWS_AS(run.trainer->run(reader), DivergedError);
    bias.copy_from(good);
    CHECK(run.trainer->run(reader));
    CHECK(reader.reports.size() == 6);
    weights.push_back(hash_of_weights(run.net));
  }
  CHECK(weights[0] == weights[1]);
}

TEST_CASE("a checkpoint that is asked for while a GPU is ahead is of one step") {
  if (test::lacks_cuda()) return;
  const test::TempDir dir;
  const RunFolder folder = RunFolder::create_at(dir.file("run"), false);
  TinyRun run(1, 1, 0, Device::cuda());
  RunRecorder recorder(folder, run.net, {test::kTinyModel, {}, {"a", "b", "c", "d"}}, "{}",
                       *run.trainer, {}, {});
  class Asking final : public TrainObserver {
   public:
    Asking(RunRecorder& recorder, const Trainer& trainer)
        : recorder_(recorder), trainer_(trainer) {}
    bool needs_state(int64_t step) override { return recorder_.needs_state(step); }
    void on_step(const StepReport& report) override { recorder_.on_step(report); }
    bool should_stop() override {
      if (trainer_.position().step == 2) recorder_.save_now();
      return false;
    }

   private:
    RunRecorder& recorder_;
    const Trainer& trainer_;
  };
  Asking asking(recorder, *run.trainer);
  run.trainer->run(asking);
  TinyRun restored(1, 1);
  TrainPosition position;
  restore_checkpoint(folder.last_checkpoint(), restored.net, restored.trainer->optimizer(),
                     position);
  CHECK(position.step == 4);  // asked for after step 2, when the third had begun
  TinyRun cpu(1, 1);
  Reader on_cpu(*cpu.trainer, position.step);
  cpu.trainer->run(on_cpu);
  CHECK(hash_of_weights(restored.net) == hash_of_weights(cpu.net));
}

}  // namespace
}  // namespace fovea
