// SPDX-License-Identifier: Apache-2.0
#include "train_step.h"

#include <fovea/core/random.h>
#include <fovea/kernels/machine_probe.h>
#include <fovea/optim/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>

namespace fovea {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double seconds_of(auto&& work) {
  const double begin = now();
  work();
  return now() - begin;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What was measured in each round, in the order of the first: one list per quantity.
class Series {
 public:
  void add(size_t quantity, double value) {
    if (values_.size() <= quantity) values_.resize(quantity + 1);
    values_[quantity].push_back(value);
  }
  double median(size_t quantity) const { return fovea::median(values_[quantity]); }

 private:
  std::vector<std::vector<double>> values_;
};

// Runs the machine's own loops in turn with what is measured, so that slow periods hit all alike.
class LimitSeries {
 public:
  explicit LimitSeries(Context& ctx) : probe_(ctx) {}

  void measure() {
    add(0, [this] { return probe_.multiply_add(); });
    add(1, [this] { return probe_.tile(); });
    add(2, [this] { return probe_.copy(); });
  }
  MachineLimits limits() const { return {rates_.median(0), rates_.median(1), rates_.median(2)}; }

 private:
  void add(size_t quantity, auto&& work) {
    double done = 0;
    const double seconds = seconds_of([&] { done = work(); });
    rates_.add(quantity, done / seconds);
  }

  MachineProbe probe_;
  Series rates_;
};

// Adds up the seconds of each step and pass until they are taken.
class StepClock final : public StepObserver {
 public:
  explicit StepClock(size_t steps)
      : seconds_{std::vector<double>(steps), std::vector<double>(steps)} {}

  void before(size_t /*step*/, Pass /*pass*/) noexcept override { begin_ = now(); }
  void after(size_t step, Pass pass) noexcept override { of(pass)[step] += now() - begin_; }

  void reset() {
    for (auto& list : seconds_) std::ranges::fill(list, 0.0);
  }
  double total() const {
    double sum = 0;
    for (const auto& list : seconds_) sum = std::accumulate(list.begin(), list.end(), sum);
    return sum;
  }
  std::vector<double>& of(Pass pass) { return seconds_[static_cast<size_t>(pass)]; }

 private:
  std::array<std::vector<double>, 2> seconds_;
  double begin_ = 0;
};

Batch made_up_batch(const Net& net, int64_t n) {
  Batch batch;
  batch.samples.resize(static_cast<size_t>(n));
  std::iota(batch.samples.begin(), batch.samples.end(), 0U);
  batch.keys = batch.samples;
  batch.images = Tensor(net.input_shape().with_batch(n));
  batch.labels = Tensor(Shape{n}, DType::i32);
  const RandomStream stream(1, Purpose::synthetic);
  const auto x = batch.images.span<float>();
  for (size_t i = 0; i < x.size(); i++) x[i] = 2 * stream.uniform(i) - 1;
  const int64_t classes = net.output_shape()[1];
  for (int64_t i = 0; i < n; i++)
    batch.labels.data<int32_t>()[i] = static_cast<int32_t>(i * 37 % classes);
  return batch;
}

PassTime pass_time(double seconds, const StepWork& work, double parts) {
  return {seconds, 2.0 * parts * static_cast<double>(work.macs),
          parts * static_cast<double>(work.bytes)};
}

// One training step after the other, with the watch on each of its parts.
class StepSeries {
 public:
  StepSeries(Net& net, Context& ctx, const TrainOptions& options, int64_t batch)
      : net_(net),
        ctx_(ctx),
        options_(options),
        batch_(made_up_batch(net, batch)),
        step_(net, ctx, options_, batch),
        infos_(step_.execution().steps()),
        clock_(infos_.size()) {
    step_.execution().observe(&clock_);
  }

  void run() {
    step_.begin(batch_, {});
    Metrics ignored;
    step_.finish(batch_, ignored);
  }

  void measure() {
    clock_.reset();
    const double gradients = seconds_of([&] {
      step_.compute_gradients(batch_);
      ctx_.synchronize();
    });
    const double update = seconds_of([&] {
      step_.judge(batch_);
      step_.update({});
      ctx_.synchronize();
    });
    for (size_t i = 0; i < infos_.size(); i++) {
      forward_.add(i, clock_.of(Pass::forward)[i]);
      backward_.add(i, clock_.of(Pass::backward)[i]);
    }
    whole_.add(0, gradients + update);
    whole_.add(1, gradients - clock_.total());
    whole_.add(2, update);
  }

  void write_to(TrainingBenchmark& result) const {
    const auto parts = static_cast<double>(options_.accumulate);
    for (size_t i = 0; i < infos_.size(); i++) {
      const StepInfo& info = infos_[i];
      result.layers.push_back({info.name, info.type,
                               pass_time(forward_.median(i), info.forward, parts),
                               pass_time(backward_.median(i), info.backward, parts)});
    }
    result.step = whole_.median(0);
    result.rest = whole_.median(1);
    // Weights and velocities are read and written, gradients read.
    result.update = {whole_.median(2), 0, 5.0 * static_cast<double>(net_.values().bytes())};
  }

 private:
  Net& net_;
  Context& ctx_;
  TrainOptions options_;
  Batch batch_;
  TrainStep step_;
  std::vector<StepInfo> infos_;
  StepClock clock_;
  Series forward_, backward_, whole_;
};

}  // namespace

double PassTime::share(const MachineLimits& limits) const {
  if (seconds <= 0) return 0;
  return flops > 0 ? flops / seconds / limits.tile : bytes / seconds / limits.copy;
}

double TrainingBenchmark::sum() const {
  double seconds = rest + update.seconds;
  for (const LayerTime& layer : layers) seconds += layer.forward.seconds + layer.backward.seconds;
  return seconds;
}

MachineLimits measure_machine(Context& ctx, int rounds) {
  LimitSeries limits(ctx);
  for (int round = 0; round < rounds; round++) limits.measure();
  return limits.limits();
}

TrainingBenchmark benchmark_training(Net& net, Context& ctx, const TrainOptions& options,
                                     int64_t batch, int rounds) {
  LimitSeries limits(ctx);
  StepSeries steps(net, ctx, options, batch);
  steps.run();
  for (int round = 0; round < rounds; round++) {
    limits.measure();
    steps.measure();
  }
  TrainingBenchmark result;
  result.machine = limits.limits();
  steps.write_to(result);
  return result;
}

}  // namespace fovea
