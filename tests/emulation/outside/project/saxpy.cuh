// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime.h>

// y = a x + y for the first `size` of elements.
cudaError_t saxpy(float a, const float* x, float* y, int size);
