// SPDX-License-Identifier: Apache-2.0
// The machine's own limits, against which kernels are held: fused multiply-adds in registers, the
// GEMM's register tile on data in the first cache, and copying memory.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

namespace FOVEA_API fovea {

// Each function works on all of the context's threads for a few milliseconds and returns what it
// has done; the caller holds the watch.
class MachineProbe {
 public:
  // The context must outlive it.
  explicit MachineProbe(Context& ctx);

  double multiply_add();  // floating-point operations: a multiply-add is two
  double tile();          // the same, by the register tile
  double copy();          // bytes read and written, past the caches

 private:
  Context& ctx_;
  Tensor values_, results_;  // a row for each thread
  Tensor from_, to_;
};

}  // namespace fovea
