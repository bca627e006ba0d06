// SPDX-License-Identifier: Apache-2.0
#include "cuda/common/map.cuh"
#include "cuda/ops.h"

#include <fovea/core/math.h>

namespace fovea::cuda {
namespace {

struct Relu {
  __device__ float operator()(float v) const { return v <= 0 ? 0.0f : v; }
};
struct Tanh {
  __device__ float operator()(float v) const { return math::tanh(v); }
};
struct Sigmoid {
  __device__ float operator()(float v) const { return math::sigmoid(v); }
};

// Of the output y and its gradient g.
struct ReluGradient {
  __device__ float operator()(float y, float g) const { return y > 0 ? g : 0.0f; }
};
struct TanhGradient {
  __device__ float operator()(float y, float g) const { return g * fmaf(-y, y, 1.0f); }
};
struct SigmoidGradient {
  __device__ float operator()(float y, float g) const { return g * (y * (1.0f - y)); }
};

}  // namespace

void activation_forward(Context& ctx, Activation kind, const Tensor& x, Tensor& y) {
  const auto run = [&](auto f) {
    map(ctx, "activation_forward", x.elements(), f, y.data<float>(), x.data<float>());
  };
  switch (kind) {
    case Activation::relu:
      return run(Relu());
    case Activation::tanh:
      return run(Tanh());
    case Activation::sigmoid:
      return run(Sigmoid());
  }
}

void activation_backward(Context& ctx, Activation kind, const Tensor& y, const Tensor& dy,
                         Tensor& dx) {
  const auto run = [&](auto f) {
    map(ctx, "activation_backward", y.elements(), f, dx.data<float>(), y.data<float>(),
        dy.data<float>());
  };
  switch (kind) {
    case Activation::relu:
      return run(ReluGradient());
    case Activation::tanh:
      return run(TanhGradient());
    case Activation::sigmoid:
      return run(SigmoidGradient());
  }
}

}  // namespace fovea::cuda
