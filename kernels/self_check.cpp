// SPDX-License-Identifier: Apache-2.0
#include <fovea/kernels/conv2d.h>
#include <fovea/kernels/linear.h>
#include <fovea/kernels/self_check.h>
#include <fovea/kernels/simd.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace fovea {

namespace {

constexpr double kRounding = 1e-5;

// Numbers in [-0.5, 0.5) with varied bits.
Tensor varied(const Shape& shape, uint32_t state) {
  Tensor tensor(shape);
  for (float& value : tensor.span<float>()) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / 16777216.0f - 0.5f;
  }
  return tensor;
}

// One output of a convolution with stride 1 and padding 1 of a 3x3 filter.
float convolve_at(const Tensor& x, const Tensor& w, float bias, int64_t n, int64_t p, int64_t q,
                  int64_t k) {
  const int64_t height = x.shape()[1], width = x.shape()[2], channels = x.shape()[3];
  float sum = 0;
  for (int64_t r = 0; r < 3; r++) {
    for (int64_t s = 0; s < 3; s++) {
      const int64_t i = p + r - 1, j = q + s - 1;
      if (i < 0 || i >= height || j < 0 || j >= width) continue;
      const float* pixel = x.data<float>() + ((n * height + i) * width + j) * channels;
      const float* filter = w.data<float>() + ((k * 3 + r) * 3 + s) * channels;
      for (int64_t c = 0; c < channels; c++) sum = std::fma(pixel[c], filter[c], sum);
    }
  }
  return sum + bias;
}

// An op's result on the context's device.
Tensor new_tensor(const Context& ctx, const Shape& shape) {
  return Tensor(shape, DType::f32, ctx.device());
}

SelfCheck compare(const char* op, const Tensor& y, const std::vector<float>& wanted) {
  SelfCheck check{op, true, 0, false};
  const bool must_be_exact = !y.device().is_cpu() || simd_target_is_exact();
  const Tensor here = y.to(Device::cpu());
  const auto got = here.span<float>();
  for (size_t i = 0; i < wanted.size(); i++) {
    if (std::bit_cast<uint32_t>(got[i]) == std::bit_cast<uint32_t>(wanted[i])) continue;
    check.same_bits = false;
    const double error = std::abs(double{got[i]} - double{wanted[i]});
    // A NaN must not pass for a small error.
    check.largest_error = error <= check.largest_error ? check.largest_error : error;
  }
  check.passed = check.same_bits || (!must_be_exact && check.largest_error < kRounding);
  return check;
}

SelfCheck check_conv2d(Context& ctx) {
  const Tensor x = varied({2, 7, 9, 5}, 1), w = varied({19, 3, 3, 5}, 2), b = varied({19}, 3);
  const Conv2dParams params{.padding = {1, 1, 1, 1}};
  Tensor y = new_tensor(ctx, conv2d_output_shape(params, x.shape(), w.shape()));
  const Device there = ctx.device();
  conv2d_forward(ctx, params, x.to(there), w.to(there), b.to(there), y);
  std::vector<float> wanted;
  for (int64_t n = 0; n < 2; n++) {
    for (int64_t p = 0; p < 7; p++) {
      for (int64_t q = 0; q < 9; q++) {
        for (int64_t k = 0; k < 19; k++)
          wanted.push_back(convolve_at(x, w, b.data<float>()[k], n, p, q, k));
      }
    }
  }
  return compare("conv2d", y, wanted);
}

SelfCheck check_linear(Context& ctx) {
  constexpr int64_t kBatch = 5, kIn = 300, kOut = 33;
  const Tensor x = varied({kBatch, kIn}, 4), w = varied({kOut, kIn}, 5), b = varied({kOut}, 6);
  Tensor y = new_tensor(ctx, {kBatch, kOut});
  const Device there = ctx.device();
  linear_forward(ctx, {}, x.to(there), w.to(there), b.to(there), y);
  std::vector<float> wanted;
  for (int64_t n = 0; n < kBatch; n++) {
    for (int64_t o = 0; o < kOut; o++) {
      float sum = 0;
      for (int64_t i = 0; i < kIn; i++)
        sum = std::fma(x.data<float>()[n * kIn + i], w.data<float>()[o * kIn + i], sum);
      wanted.push_back(sum + b.data<float>()[o]);
    }
  }
  return compare("linear", y, wanted);
}

}  // namespace

std::vector<SelfCheck> check_kernels(Context& ctx) {
  return {check_conv2d(ctx), check_linear(ctx)};
}

}  // namespace fovea
