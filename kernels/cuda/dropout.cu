// SPDX-License-Identifier: Apache-2.0
// Dropout with a mask drawn on the fly, forward and backward.
#include "cuda/common/map.cuh"
#include "cuda/common/transfer.h"
#include "cuda/ops.h"

#include <fovea/core/random.h>

#include <cmath>

namespace fovea::cuda {
namespace {

constexpr int kMaxThreads = 256;
constexpr int64_t kMaxBlocks = 1 << 20;  // more work than that is done by loops

struct Mask {
  uint64_t seed;
  uint32_t layer;
  const uint32_t* position;  // the epoch, then the sample of each row
  uint32_t threshold;       // of the bits of an element that is kept
  float scale;
  ElementMap elements;
  bool by_fours;  // four neighbours of a row are four whose bits are drawn at once

  // The bits of four neighbours, the first of them a multiple of 4.
  __device__ PhiloxBlock bits(int64_t row, int64_t first) const {
    const RandomStream stream(seed, Purpose::dropout, layer, position[0], position[1 + row]);
    if (by_fours) return stream.block(static_cast<uint64_t>(elements(first)) / 4);
    PhiloxBlock bits;
    for (int k = 0; k < 4; k++)
      bits[k] = stream.bits(static_cast<uint64_t>(elements(first + k)));
    return bits;
  }
  __device__ float apply(uint32_t bits, float v) const {
    return bits >= threshold ? scale * v : 0.0f;
  }
};

struct Rows {
  int64_t count, width;
  int64_t pieces;  // of a row, each one thread block's work: four elements a thread
  bool vectors;    // rows and pointers are aligned for loads of four
};

__device__ inline float where_positive(float v, float g) { return v > 0 ? g : 0.0f; }

__device__ inline void drop_four(const Mask& mask, const PhiloxBlock& bits, int64_t at,
                                 const float* x, const float* positive, float* y) {
  float4 v = load4(x, at);
  v = {mask.apply(bits[0], v.x), mask.apply(bits[1], v.y), mask.apply(bits[2], v.z),
       mask.apply(bits[3], v.w)};
  if (positive != nullptr) {
    const float4 out = load4(positive, at);
    v = {where_positive(out.x, v.x), where_positive(out.y, v.y), where_positive(out.z, v.z),
         where_positive(out.w, v.w)};
  }
  reinterpret_cast<float4*>(y)[at] = v;
}

// y = kept ? scale x : 0, and 0 where `positive`, unless null, is not above 0. y may be x.
__global__ void drop_kernel(Rows rows, Mask mask, const float* x, const float* positive,
                            float* y) {
  for (int64_t item = blockIdx.x; item < rows.count * rows.pieces; item += gridDim.x) {
    const int64_t row = item / rows.pieces, piece = item % rows.pieces;
    const int64_t four = piece * blockDim.x + threadIdx.x;
    if (4 * four >= rows.width) continue;
    const PhiloxBlock bits = mask.bits(row, 4 * four);
    if (rows.vectors) {
      drop_four(mask, bits, row * (rows.width / 4) + four, x, positive, y);
      continue;
    }
    for (int k = 0; k < 4 && 4 * four + k < rows.width; k++) {
      const int64_t i = row * rows.width + 4 * four + k;
      const float kept = mask.apply(bits[k], x[i]);
      y[i] = positive == nullptr ? kept : where_positive(positive[i], kept);
    }
  }
}

bool in_fours(const ElementMap& map) {
  return map.run % 4 == 0 && map.stride % 4 == 0 && map.offset % 4 == 0;
}

Mask mask_of(const DropoutParams& params, const DropoutMask& mask, const uint32_t* position) {
  return {.seed = mask.seed,
          .layer = mask.layer,
          .position = position,
          .threshold = static_cast<uint32_t>(std::ceil(static_cast<double>(params.p) * 0x1p32)),
          .scale = params.scale_at == DropoutParams::ScaleAt::train ? 1.0f / (1.0f - params.p)
                                                                    : 1.0f,
          .elements = mask.elements,
          .by_fours = in_fours(mask.elements)};
}

const uint32_t* upload_position(Context& ctx, const DropoutMask& mask, uint32_t* to) {
  upload(ctx, std::span(&mask.epoch, 1), to);
  upload(ctx, mask.samples, to + 1);
  return to;
}

void masked(Context& ctx, const char* name, const DropoutParams& params, const DropoutMask& mask,
            const Tensor& x, const Tensor& relu_output, Tensor& y) {
  if (x.elements() == 0) return;
  const size_t words = 1 + mask.samples.size();
  Workspace::Scope scope(ctx.workspace(), Workspace::padded_for<uint32_t>(words));
  const uint32_t* position = mask.on_device;
  if (position == nullptr) position = upload_position(ctx, mask, scope.take<uint32_t>(words));

  const float* positive = relu_output ? relu_output.data<float>() : nullptr;
  const int64_t count = x.shape()[0], width = x.elements() / count, fours = (width + 3) / 4;
  const auto threads = static_cast<int>(std::min<int64_t>((fours + 31) / 32 * 32, kMaxThreads));
  const Rows rows = {.count = count,
                     .width = width,
                     .pieces = (fours + threads - 1) / threads,
                     .vectors = width % 4 == 0 && aligned_for_vectors(x.raw()) &&
                                aligned_for_vectors(positive) && aligned_for_vectors(y.raw())};
  const auto grid = static_cast<unsigned>(std::min(rows.count * rows.pieces, kMaxBlocks));
  launch(ctx, name, drop_kernel, grid, threads, 0, rows, mask_of(params, mask, position),
         x.data<float>(), positive, y.data<float>());
}

}  // namespace

void dropout_forward(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                     const Tensor& x, Tensor& y) {
  masked(ctx, "dropout_forward", params, mask, x, Tensor(), y);
}

void dropout_backward(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                      const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  masked(ctx, "dropout_backward", params, mask, dy, relu_output, dx);
}

void dropout_inference(Context& ctx, const DropoutParams& params, const Tensor& x, Tensor& y) {
  const float factor =
      params.scale_at == DropoutParams::ScaleAt::train ? 1.0f : 1.0f - params.p;
  if (factor == 1.0f && y.raw() == x.raw()) return;
  map(ctx, "dropout_inference", x.elements(), Multiply{factor}, y.data<float>(), x.data<float>());
}

}  // namespace fovea::cuda
