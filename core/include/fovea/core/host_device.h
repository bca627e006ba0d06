// SPDX-License-Identifier: Apache-2.0
// FOVEA_HOST_DEVICE before a function: kernels compiled by nvcc may call it too.
#pragma once

#ifdef __CUDACC__
#define FOVEA_HOST_DEVICE __host__ __device__
#else
#define FOVEA_HOST_DEVICE
#endif
