// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/context.h>
#include <fovea/core/error.h>
#include <fovea/core/runtime/precision.h>
#include <fovea/core/runtime/stream.h>

namespace fovea {
namespace {

void check_precision(const ContextOptions& options) {
  if (options.precision == Precision::fp32) return;
  if (options.device.is_cpu()) throw ArgumentError("context: precisions below fp32 need a GPU");
  if (options.numerics == Numerics::exact)
    throw ArgumentError("context: precisions below fp32 need fast numerics");
  check_supported(options.precision, runtime_of(options.device).properties(options.device.index));
}

}  // namespace

void check_supported(Precision precision, const DeviceProperties& device) {
  if (precision == Precision::fp32 || device.sm >= 80) return;
  throw DeviceError(device.name + " is sm_" + std::to_string(device.sm) +
                    "; tf32 and bf16 need sm_80 or later: set train.precision to \"fp32\"");
}

Context::Context(ContextOptions options)
    : options_(options),
      stream_(std::make_unique<Stream>(options.device)),
      pool_(options.threads),
      workspace_(options.device) {
  if (options_.shards < 1 || options_.shards > 64) {
    throw ArgumentError("context: shards is " + std::to_string(options_.shards) +
                        "; 1 to 64 wanted");
  }
  check_precision(options_);
}

Context::~Context() = default;

void Context::copy(const Tensor& from, const Tensor& to) const { stream_->copy(from, to); }

void Context::zero(const Tensor& tensor) const {
  if (tensor.device() != device())
    throw ArgumentError("context: can zero tensors on " + device().to_string() + " only");
  if (tensor.bytes() == 0) return;
  runtime_of(device()).enqueue_fill(device().index, stream_->handle(), tensor.raw(), 0,
                                    tensor.bytes());
  tensor.count_write();
}

void Context::synchronize() const { stream_->synchronize(); }

}  // namespace fovea
