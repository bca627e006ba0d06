// SPDX-License-Identifier: Apache-2.0
// cuBLAS's functions, of those that matrix products take. The library is opened when it is first
// needed, so that programs start without it; under the emulation it is part of the program.
#pragma once

#include <cublas_v2.h>

namespace fovea::cuda {

// cublasGemmEx; the toolkit's header overloads the name.
using CublasGemm = cublasStatus_t(cublasHandle_t handle, cublasOperation_t op_a,
                                  cublasOperation_t op_b, int m, int n, int k, const void* alpha,
                                  const void* a, cudaDataType type_a, int pitch_a, const void* b,
                                  cudaDataType type_b, int pitch_b, const void* beta, void* c,
                                  cudaDataType type_c, int pitch_c, cublasComputeType_t compute,
                                  cublasGemmAlgo_t algorithm);

struct CublasLibrary {
  decltype(&cublasCreate) create;
  decltype(&cublasDestroy) destroy;
  decltype(&cublasSetStream) set_stream;
  decltype(&cublasSetWorkspace) set_workspace;
  CublasGemm* gemm;
  decltype(&cublasGetStatusString) status_text;
};

// Null where there is none. The environment variable FOVEA_CUBLAS names another file, or says
// `none`. Throws DeviceError when that file cannot be opened, or when a library lacks a function.
const CublasLibrary* cublas_library();

}  // namespace fovea::cuda
