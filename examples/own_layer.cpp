// SPDX-License-Identifier: Apache-2.0
// A layer of your own, in a net, trained by a loop of your own. docs/add-a-layer.md explains it
// line by line.
#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/layers/execution.h>
#include <fovea/optim/sgd.h>

#include <cmath>
#include <iostream>

// [swish]
// y = x * sigmoid(beta x)   (Ramachandran, Zoph, Le 2017)
class Swish final : public fovea::UnaryLayer {
 public:
  explicit Swish(const fovea::Config& config) : beta_(config.get("beta", 1.0f)) {}

  fovea::Shape output_shape(const fovea::Shape& x) const override { return x; }

  void forward(fovea::Context& ctx, const fovea::Tensor& x, fovea::Tensor& y,
               fovea::Saved& /*saved*/) const override {
    each(ctx, x,
         [&](int64_t i) { y.data<float>()[i] = x.data<float>()[i] * gate(x.data<float>()[i]); });
  }

  void backward(fovea::Context& ctx, const fovea::Tensor& x, const fovea::Tensor& /*y*/,
                const fovea::Tensor& dy, fovea::Tensor& dx,
                const fovea::Saved& /*saved*/) const override {
    each(ctx, x, [&](int64_t i) {
      const float v = x.data<float>()[i], s = gate(v);
      dx.data<float>()[i] = dy.data<float>()[i] * (s + beta_ * v * s * (1 - s));
    });
  }

 private:
  float gate(float v) const { return 1 / (1 + std::exp(-beta_ * v)); }

  template <class Body>
  static void each(fovea::Context& ctx, const fovea::Tensor& x, Body body) {
    ctx.pool().parallel_ranges(x.elements(), 4096, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) body(i);
    });
  }

  float beta_;
};
// [swish]

int main() try {
  // [net]
  fovea::LayerRegistry layers = fovea::LayerRegistry::builtin();
  layers.add<Swish>("swish");

  const auto model = fovea::Config::parse(R"({
    "input": [3, 16, 16],
    "layers": [
      {"type": "conv2d", "out_channels": 8, "kernel_size": 3},
      {"type": "swish", "beta": 1.5},
      {"type": "maxpool2d", "kernel_size": 2},
      {"type": "flatten"},
      {"type": "linear", "out_features": 4}
    ]
  })");
  fovea::Context ctx({.seed = 1});
  fovea::Net net = fovea::Net::from_config(model, ctx.seed(), layers);
  // [net]

  // [train]
  fovea::DataOptions data;
  data.train = fovea::SyntheticOptions{.shape = {3, 16, 16}, .classes = 4, .samples = 256};
  const auto source = fovea::make_train_source(data, 32, ctx.seed());

  fovea::Execution execution =
      fovea::Execution::training(net, ctx, {.batch = source->batch_size()});
  fovea::Sgd sgd(net, {.lr = 0.05f, .momentum = 0.9f, .weight_decay = 5e-4f});
  fovea::Batch batch;
  for (int step = 1; step <= 40; step++) {
    source->next(batch);
    const auto result = execution.train_step(batch.images, batch.labels, {batch.epoch, batch.keys});
    sgd.step(ctx);
    if (step % 10 == 0) std::cout << "step " << step << "  loss " << result.loss << '\n';
  }
  // [train]
} catch (const fovea::Error& error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
