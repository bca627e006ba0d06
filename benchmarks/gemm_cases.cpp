// SPDX-License-Identifier: Apache-2.0
#include "gemm_cases.h"

#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/linear.h>

namespace fovea::bench {

namespace {

Tensor varied(const Context& ctx, const Shape& shape) {
  Tensor t(shape);
  for (int64_t i = 0; i < t.elements(); i++)
    t.data<float>()[i] = static_cast<float>(i * 7919 % 1013 - 506) / 512;
  return t.to(ctx.device());
}

double bytes_of(std::initializer_list<Tensor> tensors) {
  double sum = 0;
  for (const Tensor& t : tensors) sum += static_cast<double>(t.bytes());
  return sum;
}

struct LinearLayer {
  const char* name;
  int64_t in, out;
};

constexpr LinearLayer kLinearLayers[] = {
    {"fc6", 9216, 4096}, {"fc7", 4096, 4096}, {"fc8", 4096, 1000}};

}  // namespace

std::vector<Case> conv2d_cases(Context& ctx, int64_t batch) {
  std::vector<Case> cases;
  const auto varied = [&](const Shape& shape) { return bench::varied(ctx, shape); };
  const auto made = [&](const Shape& shape) { return Tensor(shape, DType::f32, ctx.device()); };
  for (const ConvLayer& l : kConvLayers) {
    Conv2dParams params;
    params.stride = {l.stride, l.stride};
    params.padding = {l.padding, l.padding, l.padding, l.padding};
    params.groups = l.groups;
    params.relu = true;
    const Tensor x = varied({batch, l.size, l.size, l.in});
    const Tensor w = varied({l.out, l.kernel, l.kernel, l.in / l.groups}), b = varied({l.out});
    const Shape output = conv2d_output_shape(params, x.shape(), w.shape());
    const Tensor dy = varied(output);
    Tensor y = made(output), dx = made(x.shape()), dw = made(w.shape()), db = made(b.shape());
    const double flops =
        2.0 * static_cast<double>(y.elements()) * static_cast<double>(w.elements() / l.out);
    cases.push_back({l.name, kForward, flops, bytes_of({x, w, y}),
                     [=, &ctx]() mutable { conv2d_forward(ctx, params, x, w, b, y); }});
    if (l.in != 3) {  // the picture needs no gradient
      cases.push_back({l.name, kDataGradient, flops, bytes_of({dy, w, dx}),
                       [=, &ctx]() mutable { conv2d_data_gradient(ctx, params, dy, w, {}, dx); }});
    }
    cases.push_back({l.name, kWeightGradient, flops, bytes_of({x, dy, dw}),
                     [=, &ctx]() mutable { conv2d_weight_gradient(ctx, params, x, dy, dw, db); }});
  }
  return cases;
}

std::vector<Case> linear_cases(Context& ctx, int64_t batch) {
  std::vector<Case> cases;
  const auto varied = [&](const Shape& shape) { return bench::varied(ctx, shape); };
  const auto made = [&](const Shape& shape) { return Tensor(shape, DType::f32, ctx.device()); };
  for (const LinearLayer& l : kLinearLayers) {
    const Tensor x = varied({batch, l.in}), w = varied({l.out, l.in}), b = varied({l.out});
    const Tensor dy = varied({batch, l.out});
    Tensor y = made(dy.shape()), dx = made(x.shape()), dw = made(w.shape()), db = made(b.shape());
    const double flops = 2.0 * static_cast<double>(batch * l.in * l.out);
    cases.push_back({l.name, kForward, flops, bytes_of({x, w, y}),
                     [=, &ctx]() mutable { linear_forward(ctx, {.relu = true}, x, w, b, y); }});
    cases.push_back({l.name, kDataGradient, flops, bytes_of({dy, w, dx}),
                     [=, &ctx]() mutable { linear_data_gradient(ctx, dy, w, {}, dx); }});
    cases.push_back({l.name, kWeightGradient, flops, bytes_of({x, dy, dw}),
                     [=, &ctx]() mutable { linear_weight_gradient(ctx, x, dy, dw, db); }});
  }
  return cases;
}

}  // namespace fovea::bench
