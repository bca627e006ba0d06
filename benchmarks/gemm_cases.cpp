// SPDX-License-Identifier: Apache-2.0
#include "gemm_cases.h"

#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/linear.h>

namespace fovea::bench {

namespace {

constexpr const char* kFastSuffix = ", fast";

Tensor varied(const Shape& shape) {
  Tensor t(shape);
  for (int64_t i = 0; i < t.elements(); i++)
    t.data<float>()[i] = static_cast<float>(i * 7919 % 1013 - 506) / 512;
  return t;
}

double bytes_of(std::initializer_list<Tensor> tensors) {
  double sum = 0;
  for (const Tensor& t : tensors) sum += static_cast<double>(t.bytes());
  return sum;
}

// The pass in exact numerics, and in fast ones to compare it with.
void add(std::vector<Case>& cases, Context& exact, Context& fast, const std::string& name,
         const std::string& pass, double flops, double bytes,
         const std::function<void(Context&)>& run) {
  const std::string other = pass + kFastSuffix;
  cases.push_back({name, pass, flops, bytes, [&exact, run] { run(exact); }, other});
  cases.push_back({name, other, flops, bytes, [&fast, run] { run(fast); }});
}

struct ConvLayer {
  const char* name;
  int64_t size, in, out, kernel, stride, padding, groups;
};

constexpr ConvLayer kConvLayers[] = {{"conv1", 227, 3, 96, 11, 4, 0, 1},
                                     {"conv2", 27, 96, 256, 5, 1, 2, 2},
                                     {"conv3", 13, 256, 384, 3, 1, 1, 1},
                                     {"conv4", 13, 384, 384, 3, 1, 1, 2},
                                     {"conv5", 13, 384, 256, 3, 1, 1, 2}};

struct LinearLayer {
  const char* name;
  int64_t in, out;
};

constexpr LinearLayer kLinearLayers[] = {
    {"fc6", 9216, 4096}, {"fc7", 4096, 4096}, {"fc8", 4096, 1000}};

}  // namespace

std::vector<Case> conv2d_cases(Context& exact, Context& fast, int64_t batch) {
  std::vector<Case> cases;
  for (const ConvLayer& l : kConvLayers) {
    Conv2dParams params;
    params.stride = {l.stride, l.stride};
    params.padding = {l.padding, l.padding, l.padding, l.padding};
    params.groups = l.groups;
    params.relu = true;
    const Tensor x = varied({batch, l.size, l.size, l.in});
    const Tensor w = varied({l.out, l.kernel, l.kernel, l.in / l.groups}), b = varied({l.out});
    const Shape output = conv2d_output_shape(params, x.shape(), w.shape());
    Tensor dy = varied(output), y(output), dx(x.shape()), dw(w.shape()), db(b.shape());
    const double flops =
        2.0 * static_cast<double>(y.elements()) * static_cast<double>(w.elements() / l.out);
    add(cases, exact, fast, l.name, "forward", flops, bytes_of({x, w, y}),
        [=](Context& ctx) mutable { conv2d_forward(ctx, params, x, w, b, y); });
    if (l.in != 3) {  // the picture needs no gradient
      add(cases, exact, fast, l.name, "data gradient", flops, bytes_of({dy, w, dx}),
          [=](Context& ctx) mutable { conv2d_data_gradient(ctx, params, dy, w, {}, dx); });
    }
    add(cases, exact, fast, l.name, "weight gradient", flops, bytes_of({x, dy, dw}),
        [=](Context& ctx) mutable { conv2d_weight_gradient(ctx, params, x, dy, dw, db); });
  }
  return cases;
}

std::vector<Case> linear_cases(Context& exact, Context& fast, int64_t batch) {
  std::vector<Case> cases;
  for (const LinearLayer& l : kLinearLayers) {
    const Tensor x = varied({batch, l.in}), w = varied({l.out, l.in}), b = varied({l.out});
    const Tensor dy = varied({batch, l.out});
    Tensor y(dy.shape()), dx(x.shape()), dw(w.shape()), db(b.shape());
    const double flops = 2.0 * static_cast<double>(batch * l.in * l.out);
    add(cases, exact, fast, l.name, "forward", flops, bytes_of({x, w, y}),
        [=](Context& ctx) mutable { linear_forward(ctx, {.relu = true}, x, w, b, y); });
    add(cases, exact, fast, l.name, "data gradient", flops, bytes_of({dy, w, dx}),
        [=](Context& ctx) mutable { linear_data_gradient(ctx, dy, w, {}, dx); });
    add(cases, exact, fast, l.name, "weight gradient", flops, bytes_of({x, dy, dw}),
        [=](Context& ctx) mutable { linear_weight_gradient(ctx, x, dy, dw, db); });
  }
  return cases;
}

}  // namespace fovea::bench
