// SPDX-License-Identifier: Apache-2.0
// Softmax and cross-entropy: a block of kReduceParts threads for each row, in which thread t takes
// classes t, t + kReduceParts, ...
#include "common/label_rank.h"
#include "cuda/common/launch.cuh"
#include "cuda/common/reduce.cuh"
#include "cuda/ops.h"

#include <fovea/core/math.h>

#include <algorithm>

namespace fovea::cuda {
namespace {

constexpr int64_t kMaxBlocks = 1 << 20;  // more rows than that are done by loops

struct Scratch {
  float parts[kReduceParts];
};

// The largest element that is not NaN, +0 for -0; -inf when there is none.
__device__ float largest(const float* z, int64_t n, Scratch& scratch) {
  float top = -INFINITY;
  for (int64_t i = threadIdx.x; i < n; i += kReduceParts) top = Larger()(top, z[i]);
  return block_reduce(top, Larger(), scratch.parts) + 0.0f;
}

// The sum of e^(z - top).
__device__ float sum_of_exps(const float* z, int64_t n, float top, Scratch& scratch) {
  float part = 0;
  for (int64_t i = threadIdx.x; i < n; i += kReduceParts) part += math::exp(z[i] - top);
  return block_sum(part, scratch.parts);
}

// The sum of z - top, or of w (z - top) when there are weights.
__device__ float sum_of_shifted(const float* z, int64_t n, float top, const float* weights,
                                Scratch& scratch) {
  float part = 0;
  for (int64_t i = threadIdx.x; i < n; i += kReduceParts) {
    const float d = z[i] - top;
    part += weights == nullptr ? d : d * weights[i];
  }
  return block_sum(part, scratch.parts);
}

__global__ void softmax_kernel(int64_t rows, int64_t classes, const float* z, float* p) {
  __shared__ Scratch scratch;
  for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
    const float* from = z + row * classes;
    float* to = p + row * classes;
    const float top = largest(from, classes, scratch);
    const float total = sum_of_exps(from, classes, top, scratch);
    for (int64_t i = threadIdx.x; i < classes; i += kReduceParts)
      to[i] = math::exp(from[i] - top) / total;
  }
}

struct Batch {
  int64_t rows, classes;
  const float* z;
  const int32_t* labels;
  const float* weights;  // of the classes, or null
  float smoothing;
  float divisor;               // of the gradients; 0: what divisor_kernel found
  const float* found_divisor;  // null unless that is 0
  float *losses, *dz;          // dz may be null
};

// A row's targets: cold w_c for class c, at the label hot w_l more; w_c is 1 without weights.
struct Row {
  const float* z;
  float* dz;
  int32_t label;
  float top, total, shifted_label;
};

// Without smoothing a row's loss and gradient with weights are those without, times the label's.
__device__ void plain_row(const Batch& b, const Row& row, float scale, float shifted_sum,
                          float* loss) {
  const float cold = b.smoothing / static_cast<float>(b.classes);
  const float hot = (1.0f - b.smoothing) + cold;
  const float weight = b.weights == nullptr ? 1.0f : b.weights[row.label];
  if (b.weights != nullptr) scale = weight * scale;
  for (int64_t i = threadIdx.x; row.dz != nullptr && i < b.classes; i += kReduceParts) {
    const float p = math::exp(row.z[i] - row.top) / row.total;
    row.dz[i] = (p - (i == row.label ? hot : cold)) * scale;
  }
  const float log_total = math::log(row.total);
  const float value = b.smoothing == 0 ? log_total - row.shifted_label
                                       : log_total - ((1.0f - b.smoothing) * row.shifted_label +
                                                      cold * shifted_sum);
  if (threadIdx.x == 0) *loss = b.weights == nullptr ? value : weight * value;
}

// With weights and smoothing; the targets together are `mass`.
__device__ void weighted_row(const Batch& b, const Row& row, float scale, float shifted_sum,
                             float weight_sum, float* loss) {
  const float cold = b.smoothing / static_cast<float>(b.classes);
  const float hot = (1.0f - b.smoothing) * b.weights[row.label];
  const float mass = hot + cold * weight_sum;
  for (int64_t i = threadIdx.x; row.dz != nullptr && i < b.classes; i += kReduceParts) {
    const float p = math::exp(row.z[i] - row.top) / row.total * mass;
    const float share = cold * b.weights[i];
    row.dz[i] = (p - (i == row.label ? hot + share : share)) * scale;
  }
  const float log_total = math::log(row.total);
  if (threadIdx.x == 0)
    *loss = log_total * mass - (hot * row.shifted_label + cold * shifted_sum);
}

// A label that is none: there is nobody to tell but by a NaN.
__device__ void bad_row(const Batch& b, float* dz, float* loss) {
  for (int64_t i = threadIdx.x; dz != nullptr && i < b.classes; i += kReduceParts) dz[i] = NAN;
  if (threadIdx.x == 0) *loss = NAN;
}

__device__ void cross_entropy_row(const Batch& b, int64_t n, float scale, float weight_sum,
                                  Scratch& scratch) {
  Row row{.z = b.z + n * b.classes,
          .dz = b.dz == nullptr ? nullptr : b.dz + n * b.classes,
          .label = b.labels[n]};
  if (row.label < 0 || row.label >= b.classes) return bad_row(b, row.dz, b.losses + n);
  const bool smooth = b.smoothing > 0;
  row.top = largest(row.z, b.classes, scratch);
  row.shifted_label = row.z[row.label] - row.top;
  row.total = sum_of_exps(row.z, b.classes, row.top, scratch);
  const float shifted_sum =
      smooth ? sum_of_shifted(row.z, b.classes, row.top, b.weights, scratch) : 0.0f;
  if (smooth && b.weights != nullptr) {
    weighted_row(b, row, scale, shifted_sum, weight_sum, b.losses + n);
  } else {
    plain_row(b, row, scale, shifted_sum, b.losses + n);
  }
}

__device__ float sum_of_weights(const Batch& b, Scratch& scratch) {
  float part = 0;
  for (int64_t i = threadIdx.x; i < b.classes; i += kReduceParts) part += b.weights[i];
  return block_sum(part, scratch.parts);
}

// dz may be z: a thread writes its own classes, after all have read the label's.
__global__ void cross_entropy_kernel(Batch b) {
  __shared__ Scratch scratch;
  const float scale = 1.0f / (b.found_divisor == nullptr ? b.divisor : *b.found_divisor);
  const bool mass_needed = b.weights != nullptr && b.smoothing > 0;
  const float weight_sum = mass_needed ? sum_of_weights(b, scratch) : 0.0f;
  for (int64_t n = blockIdx.x; n < b.rows; n += gridDim.x)
    cross_entropy_row(b, n, scale, weight_sum, scratch);
}

// The sum of the labels' weights.
__global__ void divisor_kernel(Batch b, float* divisor) {
  __shared__ Scratch scratch;
  float part = 0;
  for (int64_t n = threadIdx.x; n < b.rows; n += kReduceParts) {
    const int32_t label = b.labels[n];
    part += label < 0 || label >= b.classes ? NAN : b.weights[label];
  }
  const float sum = block_sum(part, scratch.parts);
  if (threadIdx.x == 0) *divisor = sum;
}

__global__ void label_ranks_kernel(int64_t rows, int64_t classes, const float* z,
                                   const int32_t* labels, int32_t* ranks) {
  __shared__ int counts[kReduceParts];
  for (int64_t n = blockIdx.x; n < rows; n += gridDim.x) {
    const float* logits = z + n * classes;
    const int32_t label = labels[n];
    const float own = label < 0 || label >= classes ? NAN : logits[label];
    int ahead = 0;
    for (int64_t c = threadIdx.x; c < classes; c += kReduceParts)
      ahead += is_ahead(logits[c], c, own, label);
    counts[threadIdx.x] = ahead;
    __syncthreads();
    for (int k = 1; threadIdx.x == 0 && k < kReduceParts; k++) ahead += counts[k];
    if (threadIdx.x == 0) ranks[n] = own == own ? ahead : static_cast<int32_t>(classes);
    __syncthreads();
  }
}

unsigned grid_of(int64_t rows) { return static_cast<unsigned>(std::min(rows, kMaxBlocks)); }

}  // namespace

void softmax_forward(Context& ctx, const Tensor& z, Tensor& p) {
  const int64_t rows = z.shape()[0];
  launch(ctx, "softmax_forward", softmax_kernel, grid_of(rows), kReduceParts, 0, rows,
         z.shape()[1], z.data<float>(), p.data<float>());
}

void softmax_cross_entropy(Context& ctx, const CrossEntropyParams& params, const Tensor& z,
                           const Tensor& labels, Tensor& losses, Tensor& dz) {
  const char* name = "softmax_cross_entropy";
  Batch batch{.rows = z.shape()[0],
              .classes = z.shape()[1],
              .z = z.data<float>(),
              .labels = labels.data<int32_t>(),
              .weights = params.class_weights ? params.class_weights.data<float>() : nullptr,
              .smoothing = params.label_smoothing,
              .divisor = params.divisor,
              .losses = losses.data<float>(),
              .dz = dz ? dz.data<float>() : nullptr};
  if (batch.divisor == 0 && batch.weights == nullptr)
    batch.divisor = static_cast<float>(batch.rows);
  Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<float>(1));
  if (batch.divisor == 0 && batch.rows > 0) {
    auto* divisor = scope.take<float>(1);
    launch(ctx, name, divisor_kernel, 1, kReduceParts, 0, batch, divisor);
    batch.found_divisor = divisor;
  }
  launch(ctx, name, cross_entropy_kernel, grid_of(batch.rows), kReduceParts, 0, batch);
}

void label_ranks(Context& ctx, const Tensor& z, const Tensor& labels, Tensor& ranks) {
  const int64_t rows = z.shape()[0];
  launch(ctx, "label_ranks", label_ranks_kernel, grid_of(rows), kReduceParts, 0, rows,
         z.shape()[1], z.data<float>(), labels.data<int32_t>(), ranks.data<int32_t>());
}

}  // namespace fovea::cuda
