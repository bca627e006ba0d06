// SPDX-License-Identifier: Apache-2.0
#include "kernel_table.h"

#include <fovea/core/error.h>

namespace fovea {

const KernelTable& kernels_of(const Context& ctx) {
  if (ctx.device().is_cpu()) return cpu_kernels();
  if (const KernelTable* kernels = cuda_kernels(ctx.precision(), ctx.numerics())) return *kernels;
  throw DeviceError("device " + ctx.device().to_string() + ": this program has no CUDA kernels");
}

}  // namespace fovea
