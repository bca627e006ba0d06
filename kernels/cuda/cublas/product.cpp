// SPDX-License-Identifier: Apache-2.0
#include "cuda/cublas/product.h"

#include "cuda/common/narrow.h"
#include "cuda/stream.h"

#include <fovea/core/error.h>

#include <string>

namespace fovea::cuda {
namespace {

// A context's handle, made with its first product: cuBLAS wants one for each host thread.
class CublasHandle : public LibraryHandle {
 public:
  explicit CublasHandle(const CublasLibrary& library) : library_(library) {
    const cublasStatus_t status = library_.create(&handle_);
    if (status != CUBLAS_STATUS_SUCCESS) {
      throw DeviceError(std::string("cuBLAS cannot be used: ") + library_.status_text(status) +
                        "; FOVEA_CUBLAS=none goes without it");
    }
  }
  ~CublasHandle() override { (void)library_.destroy(handle_); }

  const CublasLibrary& library() const { return library_; }
  cublasHandle_t get() const { return handle_; }

 private:
  const CublasLibrary& library_;
  cublasHandle_t handle_ = nullptr;
};

// The context's device is the current one.
const CublasHandle& handle_of(Context& ctx) {
  std::unique_ptr<LibraryHandle>& handle = ctx.library_handle();
  if (!handle) handle = std::make_unique<CublasHandle>(*cublas_library());
  return static_cast<const CublasHandle&>(*handle);
}

cublasComputeType_t compute_type(Precision precision) {
  switch (precision) {
    case Precision::tf32:
      return CUBLAS_COMPUTE_32F_FAST_TF32;
    case Precision::bf16:
      return CUBLAS_COMPUTE_32F_FAST_16BF;
    case Precision::fp32:
      break;
  }
  return CUBLAS_COMPUTE_32F;
}

int compute_capability(const Context& ctx) {
  int major = 0;
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, ctx.device().index),
        "cudaDeviceGetAttribute");
  return major;
}

// As much as cuBLAS's manual recommends.
size_t workspace_bytes(const Context& ctx) {
  return size_t{compute_capability(ctx) >= 9 ? 32u : 4u} << 20;
}

}  // namespace

size_t cublas_workspace(const Context& ctx, int64_t elements) {
  const size_t rounded = ctx.precision() == Precision::bf16
                             ? Workspace::padded_for<BFloat16>(static_cast<size_t>(elements))
                             : 0;
  return Workspace::padded(workspace_bytes(ctx)) + rounded;
}

void multiply(Context& ctx, const char* op, const CublasProduct& p) {
  const cudaStream_t stream = stream_of(ctx);
  const CublasHandle& handle = handle_of(ctx);
  const CublasLibrary& library = handle.library();
  const auto require = [&](cublasStatus_t status) {
    if (status != CUBLAS_STATUS_SUCCESS)
      throw DeviceError(std::string(op) + ": cuBLAS: " + library.status_text(status));
  };
  const size_t bytes = workspace_bytes(ctx);
  const bool rounds = p.a_rounded != nullptr && ctx.precision() == Precision::bf16;
  const int64_t elements = rounds ? int64_t{p.b.pitch} * p.n : 0;
  Workspace::Scope scope(ctx.workspace(), cublas_workspace(ctx, elements));
  require(library.set_stream(handle.get(), stream));  // first: it gives up the workspace
  require(library.set_workspace(handle.get(), scope.take<std::byte>(bytes), bytes));
  const void *a = p.a.data, *b = p.b.data;
  cudaDataType type = CUDA_R_32F;
  cublasComputeType_t compute = compute_type(ctx.precision());
  if (rounds) {
    auto* rounded = scope.take<BFloat16>(static_cast<size_t>(elements));
    narrow(ctx, p.b.data, elements, rounded);
    a = p.a_rounded, b = rounded, type = CUDA_R_16BF, compute = CUBLAS_COMPUTE_32F;
  }
  const float one = 1, zero = 0;
  require(library.gemm(handle.get(), p.a.op, p.b.op, p.m, p.n, p.k, &one, a, type, p.a.pitch, b,
                       type, p.b.pitch, &zero, p.c, CUDA_R_32F, p.c_pitch, compute,
                       CUBLAS_GEMM_DEFAULT));
}

}  // namespace fovea::cuda
