// SPDX-License-Identifier: Apache-2.0
#include "memory_cases.h"

#include <fovea/core/random.h>
#include <fovea/kernels/activation.h>
#include <fovea/kernels/dropout.h>
#include <fovea/kernels/elementwise.h>
#include <fovea/kernels/lrn.h>
#include <fovea/kernels/sgd.h>
#include <fovea/kernels/softmax.h>

#include <memory>
#include <numeric>

namespace fovea::bench {
namespace {

Tensor uniform(const Context& ctx, const Shape& shape, uint32_t which, float scale = 1) {
  Tensor tensor(shape);
  const RandomStream stream(1, Purpose::test, which);
  const auto values = tensor.span<float>();
  for (size_t i = 0; i < values.size(); i++) values[i] = scale * (2 * stream.uniform(i) - 1);
  return tensor.to(ctx.device());
}

Tensor made(const Context& ctx, const Shape& shape, DType dtype = DType::f32) {
  return Tensor(shape, dtype, ctx.device());
}

double bytes(std::initializer_list<Tensor> tensors) {
  double sum = 0;
  for (const Tensor& t : tensors) sum += static_cast<double>(t.bytes());
  return sum;
}

// What follows one convolution: x is its output.
void add_layer(std::vector<Case>& cases, Context& ctx, const std::string& name, const Shape& shape,
               const LrnParams& lrn) {
  const Pool2dParams pool{.kernel = {3, 3}, .stride = {2, 2}};
  const Shape pooled = pool2d_output_shape("benchmark", pool, shape);
  const Tensor x = uniform(ctx, shape, 1, 100), dy = uniform(ctx, shape, 2),
               dpooled = uniform(ctx, pooled, 3);
  const Tensor none;
  Tensor y = made(ctx, shape), dx = made(ctx, shape), out = made(ctx, pooled);
  Tensor argmax = made(ctx, pooled, DType::u8);
  max_pool2d_forward(ctx, pool, x, out, argmax);
  const auto add = [&](const char* pass, const char* moves, double moved,
                       std::function<void()> run) {
    cases.push_back({name, pass, 0, moved, std::move(run), "", moves});
  };
  add("relu", "x, y", bytes({x, y}),
      [=, &ctx]() mutable { activation_forward(ctx, Activation::relu, x, y); });
  add("lrn", "x, y", bytes({x, y}), [=, &ctx]() mutable { lrn_forward(ctx, lrn, x, y); });
  add("lrn gradient", "x, dy, dx", bytes({x, dy, dx}),
      [=, &ctx]() mutable { lrn_backward(ctx, lrn, x, dy, none, dx); });
  add("max pool", "x, y, argmax", bytes({x, out, argmax}),
      [=, &ctx]() mutable { max_pool2d_forward(ctx, pool, x, out, argmax); });
  add("max pool gradient", "dy, argmax, dx", bytes({dpooled, argmax, dx}),
      [=, &ctx]() mutable { max_pool2d_backward(ctx, pool, argmax, dpooled, none, dx); });
  add("lrn + max pool", "x, y, argmax", bytes({x, out, argmax}),
      [=, &ctx]() mutable { lrn_max_pool2d_forward(ctx, lrn, pool, x, out, argmax); });
  add("lrn + max pool + relu gradient", "x, dy, argmax, dx", bytes({x, dpooled, argmax, dx}),
      [=, &ctx]() mutable { lrn_max_pool2d_backward(ctx, lrn, pool, x, argmax, dpooled, x, dx); });
}

}  // namespace

std::vector<Case> normalisation_cases(Context& ctx, int64_t batch) {
  std::vector<Case> cases;
  LrnParams lrn{.size = 5, .alpha = 1e-4f, .k = 2, .alpha_mode = LrnParams::AlphaMode::sum};
  lrn.groups = 2;  // the paper's columns
  add_layer(cases, ctx, "conv1 out", {batch, 55, 55, 96}, lrn);
  add_layer(cases, ctx, "conv2 out", {batch, 27, 27, 256}, lrn);

  const LrnParams map{.size = 5, .alpha = 1e-3f, .region = LrnParams::Region::within_map};
  const Tensor x = uniform(ctx, {batch, 27, 27, 256}, 1, 100), dy = uniform(ctx, x.shape(), 2),
               none;
  Tensor y = made(ctx, x.shape()), dx = made(ctx, x.shape());
  cases.push_back({"conv2 out", "lrn within map", 0, bytes({x, y}),
                   [=, &ctx]() mutable { lrn_forward(ctx, map, x, y); }, "", "x, y"});
  cases.push_back({"conv2 out", "lrn within map gradient", 0, bytes({x, dy, dx}),
                   [=, &ctx]() mutable { lrn_backward(ctx, map, x, dy, none, dx); }, "",
                   "x, dy, dx"});
  return cases;
}

std::vector<Case> pointwise_cases(Context& ctx, int64_t batch) {
  constexpr int64_t kParameters = 60965224;
  std::vector<Case> cases;
  const auto samples = std::make_shared<std::vector<uint32_t>>(static_cast<size_t>(batch));
  std::iota(samples->begin(), samples->end(), 0);
  const Tensor x = uniform(ctx, {batch, 4096}, 1), z = uniform(ctx, {batch, 1000}, 2, 5);
  const Tensor labels = made(ctx, {batch}, DType::i32);
  Tensor y = made(ctx, x.shape()), losses = made(ctx, {batch}), dz = made(ctx, z.shape());
  cases.push_back({"fc6 out", "dropout", 0, bytes({x, y}),
                   [=, &ctx]() mutable { dropout_forward(ctx, {}, {.samples = *samples}, x, y); },
                   "", "x, y"});
  cases.push_back({"fc8 out", "loss and gradient", 0, bytes({z, dz}),
                   [=, &ctx]() mutable { softmax_cross_entropy(ctx, {}, z, labels, losses, dz); },
                   "", "z, dz"});
  const Tensor g = uniform(ctx, {kParameters}, 3, 0.01f);
  Tensor w = uniform(ctx, {kParameters}, 4), v = made(ctx, {kParameters});
  cases.push_back({"parameters", "update", 0, bytes({g, v, v, w, w}),
                   [=, &ctx]() mutable { sgd_update(ctx, {.weight_decay = 5e-4f}, g, v, w); }, "",
                   "g, v twice, w twice"});
  Tensor total = made(ctx, {kParameters});
  cases.push_back({"parameters", "add", 0, bytes({g, w, total}),
                   [=, &ctx]() mutable { add(ctx, g, w, total); }, "", "a, b, y"});
  return cases;
}

}  // namespace fovea::bench
