// SPDX-License-Identifier: Apache-2.0
// Times whole training steps of the paper's AlexNet: forward, loss, backward, update, on pictures
// already in memory. Prints one JSON row per line of standard input, which asks for so many steps,
// so that a driver can take turns with peers. On a GPU, which works on while the host submits, it
// is their mean.
#include "precision.h"

#include <fovea/core/json_writer.h>
#include <fovea/core/random.h>
#include <fovea/kernels/simd.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/sgd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <string>

namespace {

using fovea::Tensor;

struct Data {
  Tensor images, labels;
  std::vector<uint32_t> samples;
};

Data made_up(const fovea::Net& net, int64_t batch) {
  Data data{Tensor(net.input_shape().with_batch(batch)),
            Tensor(fovea::Shape{batch}, fovea::DType::i32),
            {}};
  const fovea::RandomStream stream(1, fovea::Purpose::test);
  for (int64_t i = 0; i < data.images.elements(); i++) {
    data.images.data<float>()[i] = 2 * stream.uniform(static_cast<uint64_t>(i)) - 1;
  }
  for (int64_t i = 0; i < batch; i++)
    data.labels.data<int32_t>()[i] = static_cast<int32_t>(i * 37 % 1000);
  data.samples.resize(static_cast<size_t>(batch));
  std::iota(data.samples.begin(), data.samples.end(), 0U);
  return data;
}

double seconds_of(auto&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) try {
  int64_t batch = 32;
  int threads = 0;
  std::string device = "cpu";
  auto precision = fovea::Precision::fp32;
  bool no_graph = false;
  CLI::App app("Times training steps of the paper's AlexNet");
  app.add_option("BATCH", batch, "samples")->capture_default_str();
  app.add_option("THREADS", threads, "0: all processors")->capture_default_str();
  app.add_option("--device", device, "cpu, cuda or cuda:N")->capture_default_str();
  fovea::bench::add_precision_option(app, precision);
  app.add_flag("--no-graph", no_graph, "submit each kernel of a step by itself");
  CLI11_PARSE(app, argc, argv);
  fovea::Context ctx({.device = fovea::Device::parse(device),
                      .threads = threads,
                      .numerics = fovea::bench::numerics_of(precision),
                      .precision = precision});
  fovea::Net net = fovea::Net::from_config(
      fovea::Config::load(FOVEA_CONFIGS "/alexnet-paper.json").at("model"), 1);
  net.move_to(ctx.device());
  fovea::Sgd sgd(net, {.lr = 0.001f, .weight_decay = 5e-4f});
  fovea::Execution execution =
      fovea::Execution::training(net, ctx, {.batch = batch, .graph = !no_graph});
  const Data data = made_up(net, batch);
  uint32_t epoch = 0;
  const auto step = [&] {
    execution.train_step(data.images, data.labels, {epoch++, data.samples});
    sgd.step(ctx);
  };
  for (int i = 0; i < 3; i++) step();
  for (std::string line; std::getline(std::cin, line);) {
    fovea::JsonWriter json;
    json.begin_object()
        .key("mode")
        .value("fovea")
        .key("simd")
        .value(fovea::simd_target())
        .key("times")
        .begin_array();
    const int steps = std::stoi(line);
    if (ctx.device().is_cpu()) {
      for (int i = 0; i < steps; i++) json.value(seconds_of(step));
    } else {
      const double seconds = seconds_of([&] {
        for (int i = 0; i < steps; i++) step();
        ctx.synchronize();
      });
      json.value(seconds / steps);
    }
    std::cout << json.end_array().end_object().str() << std::endl;
  }
} catch (const std::exception& error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
