// SPDX-License-Identifier: Apache-2.0
#include "gpu/cudnn_cases.h"

#include "cuda/stream.h"
#include "gemm_cases.h"

#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

#include <cudnn.h>

#include <memory>
#include <stdexcept>

namespace fovea::bench {
namespace {

void check(cudnnStatus_t status, const char* call) {
  if (status != CUDNN_STATUS_SUCCESS)
    throw std::runtime_error(std::string("cuDNN: ") + call + ": " + cudnnGetErrorString(status));
}

// A handle or descriptor with the functions that make and destroy it.
template <class T, cudnnStatus_t (*make)(T*), cudnnStatus_t (*destroy)(T)>
class Owned {
 public:
  Owned() { check(make(&value_), "create"); }
  ~Owned() { destroy(value_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  operator T() const { return value_; }

 private:
  T value_ = nullptr;
};
using Handle = Owned<cudnnHandle_t, cudnnCreate, cudnnDestroy>;
using TensorShape =
    Owned<cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor>;
using FilterShape =
    Owned<cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor>;
using Convolution = Owned<cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor,
                          cudnnDestroyConvolutionDescriptor>;

cudnnMathType_t math_type(Precision precision) {
  if (precision == Precision::fp32) return CUDNN_FMA_MATH;
  return precision == Precision::tf32 ? CUDNN_DEFAULT_MATH
                                      : CUDNN_TENSOR_OP_MATH;  // the default rounds to tf32
}

// One layer: descriptors, and arrays of small values.
struct Layer {
  Handle handle;
  TensorShape x, y;
  FilterShape w;
  Convolution convolution;
  Tensor x_data, w_data, y_data, workspace;

  Layer(const Context& ctx, const ConvLayer& l, int64_t batch) {
    const bool half = ctx.precision() == Precision::bf16;
    const auto type = half ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
    const auto format = half ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW;
    const auto number = [](int64_t n) { return static_cast<int>(n); };
    const int n = number(batch), size = number(l.size), in = number(l.in), out = number(l.out);
    const int kernel = number(l.kernel), stride = number(l.stride), padding = number(l.padding);
    const int outputs = (size + 2 * padding - kernel) / stride + 1;
    check(cudnnSetStream(handle, cuda::stream_of(ctx)), "cudnnSetStream");
    check(cudnnSetTensor4dDescriptor(x, format, type, n, in, size, size),
          "cudnnSetTensor4dDescriptor");
    check(cudnnSetTensor4dDescriptor(y, format, type, n, out, outputs, outputs),
          "cudnnSetTensor4dDescriptor");
    check(cudnnSetFilter4dDescriptor(w, type, format, out, in / number(l.groups), kernel, kernel),
          "cudnnSetFilter4dDescriptor");
    check(cudnnSetConvolution2dDescriptor(convolution, padding, padding, stride, stride, 1, 1,
                                          CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
          "cudnnSetConvolution2dDescriptor");
    check(cudnnSetConvolutionGroupCount(convolution, number(l.groups)),
          "cudnnSetConvolutionGroupCount");
    check(cudnnSetConvolutionMathType(convolution, math_type(ctx.precision())),
          "cudnnSetConvolutionMathType");
    const auto filled = [&](int64_t elements) {
      Tensor t({elements}, half ? DType::bf16 : DType::f32, ctx.device());
      runtime_of(ctx.device())
          .fill(ctx.device().index, t.raw(), 0x3c, t.bytes());  // 0.0115 in both
      return t;
    };
    x_data = filled(batch * l.size * l.size * l.in);
    w_data = filled(l.out * l.in / l.groups * l.kernel * l.kernel);
    y_data = filled(batch * outputs * outputs * l.out);
  }
};

// Of those that cuDNN measured itself, the fastest that works.
template <class Result>
Result fastest(const std::vector<Result>& results, int count, const char* call) {
  for (int i = 0; i < count; i++) {
    if (results[static_cast<size_t>(i)].status == CUDNN_STATUS_SUCCESS)
      return results[static_cast<size_t>(i)];
  }
  throw std::runtime_error(std::string("cuDNN: ") + call + " finds no algorithm");
}

constexpr int kTried = 8;
constexpr float kOne = 1, kZero = 0;

void reserve(const Context& ctx, Layer& layer, size_t bytes) {
  if (layer.workspace.empty() || layer.workspace.bytes() < bytes)
    layer.workspace = Tensor({static_cast<int64_t>(bytes) + 1}, DType::u8, ctx.device());
}

std::function<void()> forward(const Context& ctx, const std::shared_ptr<Layer>& l) {
  std::vector<cudnnConvolutionFwdAlgoPerf_t> results(kTried);
  int count = 0;
  check(cudnnFindConvolutionForwardAlgorithm(l->handle, l->x, l->w, l->convolution, l->y, kTried,
                                             &count, results.data()),
        "cudnnFindConvolutionForwardAlgorithm");
  const auto best = fastest(results, count, "forward");
  reserve(ctx, *l, best.memory);
  check(cudnnSetConvolutionMathType(l->convolution, best.mathType), "cudnnSetConvolutionMathType");
  return [=] {
    check(cudnnConvolutionForward(l->handle, &kOne, l->x, l->x_data.raw(), l->w, l->w_data.raw(),
                                  l->convolution, best.algo, l->workspace.raw(), best.memory,
                                  &kZero, l->y, l->y_data.raw()),
          "cudnnConvolutionForward");
  };
}

std::function<void()> data_gradient(const Context& ctx, const std::shared_ptr<Layer>& l) {
  std::vector<cudnnConvolutionBwdDataAlgoPerf_t> results(kTried);
  int count = 0;
  check(cudnnFindConvolutionBackwardDataAlgorithm(l->handle, l->w, l->y, l->convolution, l->x,
                                                  kTried, &count, results.data()),
        "cudnnFindConvolutionBackwardDataAlgorithm");
  const auto best = fastest(results, count, "data gradient");
  reserve(ctx, *l, best.memory);
  check(cudnnSetConvolutionMathType(l->convolution, best.mathType), "cudnnSetConvolutionMathType");
  return [=] {
    check(cudnnConvolutionBackwardData(
              l->handle, &kOne, l->w, l->w_data.raw(), l->y, l->y_data.raw(), l->convolution,
              best.algo, l->workspace.raw(), best.memory, &kZero, l->x, l->x_data.raw()),
          "cudnnConvolutionBackwardData");
  };
}

std::function<void()> weight_gradient(const Context& ctx, const std::shared_ptr<Layer>& l) {
  std::vector<cudnnConvolutionBwdFilterAlgoPerf_t> results(kTried);
  int count = 0;
  check(cudnnFindConvolutionBackwardFilterAlgorithm(l->handle, l->x, l->y, l->convolution, l->w,
                                                    kTried, &count, results.data()),
        "cudnnFindConvolutionBackwardFilterAlgorithm");
  const auto best = fastest(results, count, "weight gradient");
  reserve(ctx, *l, best.memory);
  check(cudnnSetConvolutionMathType(l->convolution, best.mathType), "cudnnSetConvolutionMathType");
  return [=] {
    check(cudnnConvolutionBackwardFilter(
              l->handle, &kOne, l->x, l->x_data.raw(), l->y, l->y_data.raw(), l->convolution,
              best.algo, l->workspace.raw(), best.memory, &kZero, l->w, l->w_data.raw()),
          "cudnnConvolutionBackwardFilter");
  };
}

}  // namespace

std::vector<Case> cudnn_cases(Context& ctx, int64_t batch) {
  std::vector<Case> cases;
  for (const ConvLayer& l : kConvLayers) {
    // A layer for each pass: the algorithm that is found sets the layer's kind of arithmetic.
    const auto layer = [&] { return std::make_shared<Layer>(ctx, l, batch); };
    const int64_t outputs = (l.size + 2 * l.padding - l.kernel) / l.stride + 1;
    const double flops = 2.0 * static_cast<double>(batch * outputs * outputs * l.out *
                                                   (l.in / l.groups) * l.kernel * l.kernel);
    cases.push_back({l.name, kForward, flops, 0, forward(ctx, layer())});
    if (l.in != 3) cases.push_back({l.name, kDataGradient, flops, 0, data_gradient(ctx, layer())});
    cases.push_back({l.name, kWeightGradient, flops, 0, weight_gradient(ctx, layer())});
  }
  return cases;
}

}  // namespace fovea::bench
