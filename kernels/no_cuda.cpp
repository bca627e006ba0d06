// SPDX-License-Identifier: Apache-2.0
// Taken from the library only where no CUDA kernels are linked, which define the same.
#include "kernel_table.h"

namespace fovea {

const KernelTable* cuda_kernels(Precision, Numerics) { return nullptr; }

}  // namespace fovea
