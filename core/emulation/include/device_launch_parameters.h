// SPDX-License-Identifier: Apache-2.0
// threadIdx, blockIdx, blockDim, gridDim: declared with the rest of the kernel's view.
#pragma once
#include "cuda_emulation/thread.h"
