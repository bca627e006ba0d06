// SPDX-License-Identifier: Apache-2.0
// Dropout (Hinton et al. 2012). The mask is a function of (seed, layer, epoch, sample, element):
// nothing is stored, and backward draws it again.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/host_device.h>
#include <fovea/core/tensor.h>

#include <cstdint>
#include <span>

namespace FOVEA_API fovea {

struct DropoutParams {
  // train: kept values are divided by 1 - p, evaluation is the identity (inverted dropout;
  // PyTorch). test: kept values are as they are, evaluation multiplies by 1 - p (the 2012 paper).
  enum class ScaleAt : uint8_t { train, test };

  float p = 0.5f;  // probability of zero, in [0, 1)
  ScaleAt scale_at = ScaleAt::train;
};

// Which elements a row holds of those that its mask is drawn for, where a rank has a part of a
// layer's channels: `run` neighbours, then those `stride` further on, and so on, from `offset` on.
struct ElementMap {
  int64_t run = 0;  // 0: the row is whole
  int64_t stride = 0, offset = 0;

  bool is_whole() const { return run == 0; }
  FOVEA_HOST_DEVICE constexpr int64_t operator()(int64_t element) const {
    return run == 0 ? element : element / run * stride + offset + element % run;
  }
};

// Which mask: element e of row n, after `elements`, is kept when bits(e) of RandomStream(seed,
// Purpose::dropout, layer, epoch, samples[n]), read as an integer, is at least p * 2^32.
struct DropoutMask {
  uint64_t seed = 1;
  uint32_t layer = 0, epoch = 0;
  std::span<const uint32_t> samples;  // one per row (first axis)
  // On a GPU: where epoch and samples, one after the other, lie there already; what a replayed
  // graph reads. Null: they are copied.
  const uint32_t* on_device = nullptr;
  ElementMap elements = {};
};

// x, y (n, ...), f32; y may be x.
using DropoutForward = void(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                            const Tensor& x, Tensor& y);
// relu_output: empty, or the layer's input or output where the input is that of a ReLU whose
// gradient is to be applied as well (both give the same result). dx may be dy.
using DropoutBackward = void(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                             const Tensor& dy, const Tensor& relu_output, Tensor& dx);
// Evaluation: y = x, or (1 - p) x.
using DropoutInference = void(Context& ctx, const DropoutParams& params, const Tensor& x,
                              Tensor& y);

DropoutForward dropout_forward;  // each checks its arguments, then calls the device's:
DropoutBackward dropout_backward;
DropoutInference dropout_inference;

namespace cpu {
DropoutForward dropout_forward;
DropoutBackward dropout_backward;
DropoutInference dropout_inference;
}  // namespace cpu

}  // namespace fovea
