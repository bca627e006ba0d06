// SPDX-License-Identifier: Apache-2.0
#include "argument_check.h"
#include "kernel_table.h"

#include <fovea/kernels/elementwise.h>
#include <fovea/kernels/softmax.h>

#include <array>
#include <span>

namespace fovea {
namespace {

void check_logits(const detail::Op& op, const Tensor& z) {
  detail::check_f32(op, "z", z);
  detail::check_rank(op, "z", z, 2, "(n, classes)");
  if (z.shape()[1] < 1) {
    detail::argument_error(op, "z has shape " + z.shape().to_string() + "; at least one class");
  }
}

void check_range(const detail::Op& op, const Tensor& labels, int64_t classes) {
  for (int64_t i = 0; i < labels.elements(); i++) {
    const int32_t label = labels.data<int32_t>()[i];
    if (label < 0 || label >= classes) {
      detail::argument_error(op, "label " + std::to_string(label) + " of sample " +
                                     std::to_string(i) + " is not in [0, " +
                                     std::to_string(classes) +
                                     "); labels are class indices from 0");
    }
  }
}

void check_labels(const detail::Op& op, const Tensor& labels, int64_t n, int64_t classes) {
  detail::check_type(op, "labels", labels, DType::i32);
  detail::check_shape(op, "labels", labels, {n});
  if (op.device.is_cpu()) check_range(op, labels, classes);
}

void check_params(const detail::Op& op, const CrossEntropyParams& params, int64_t classes) {
  if (!(params.label_smoothing >= 0 && params.label_smoothing < 1)) {
    detail::argument_error(op, "label_smoothing is " + std::to_string(params.label_smoothing) +
                                   "; it must be in [0, 1)");
  }
  if (!(params.divisor >= 0)) {
    detail::argument_error(op, "divisor is " + std::to_string(params.divisor) +
                                   "; it must be the whole batch's size or sum of weights, or 0 "
                                   "for this one's");
  }
  if (params.class_weights)
    detail::check_f32_shape(op, "class_weights", params.class_weights, {classes});
}

// In the order of docs/numerics.md.
float sum_of_weights(std::span<const float> weights, std::span<const int32_t> labels) {
  std::array<float, kReduceParts> parts{};
  for (size_t i = 0; i < labels.size(); i++)
    parts[i % kReduceParts] += weights[static_cast<size_t>(labels[i])];
  for (size_t half = kReduceParts / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; i++) parts[i] += parts[i + half];
  }
  return parts[0];
}

}  // namespace

void check_labels(const Tensor& labels, int64_t classes) {
  const detail::Op op("labels", labels.device());
  check_labels(op, labels, labels.elements(), classes);
}

float loss_divisor(const CrossEntropyParams& params, const Tensor& labels) {
  if (params.divisor > 0) return params.divisor;
  if (!params.class_weights) return static_cast<float>(labels.elements());
  const detail::Op op("loss_divisor", Device::cpu());
  const Tensor weights = params.class_weights.to(op.device), truth = labels.to(op.device);
  detail::check_f32(op, "class_weights", weights);
  check_labels(op, truth, truth.elements(), weights.elements());
  return sum_of_weights(weights.span<float>(), truth.span<int32_t>());
}

void softmax_forward(Context& ctx, const Tensor& z, Tensor& p) {
  const detail::Op op("softmax_forward", ctx);
  check_logits(op, z);
  detail::check_output(op, "p", p, z.shape());
  kernels_of(ctx).softmax_forward(ctx, z, p);
}

void softmax_cross_entropy(Context& ctx, const CrossEntropyParams& params, const Tensor& z,
                           const Tensor& labels, Tensor& losses, Tensor& dz) {
  const detail::Op op("softmax_cross_entropy", ctx);
  check_logits(op, z);
  check_labels(op, labels, z.shape()[0], z.shape()[1]);
  detail::check_output(op, "losses", losses, {z.shape()[0]});
  if (dz) detail::check_output(op, "dz", dz, z.shape());
  check_params(op, params, z.shape()[1]);
  kernels_of(ctx).softmax_cross_entropy(ctx, params, z, labels, losses, dz);
}

void label_ranks(Context& ctx, const Tensor& z, const Tensor& labels, Tensor& ranks) {
  const detail::Op op("label_ranks", ctx);
  check_logits(op, z);
  check_labels(op, labels, z.shape()[0], z.shape()[1]);
  detail::check_output(op, "ranks", ranks, {z.shape()[0]}, DType::i32);
  kernels_of(ctx).label_ranks(ctx, z, labels, ranks);
}

}  // namespace fovea
