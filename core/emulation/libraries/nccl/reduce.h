// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "nccl.h"

#include <cstddef>
#include <vector>

namespace cuda_emulation::nccl {

// out[i] = the reduction of inputs[r][i] over all r, pairwise, neighbours first (see nccl.h). `out`
// overlaps no input.
void reduce(const std::vector<const void*>& inputs, size_t count, ncclDataType_t type,
            ncclRedOp_t op, void* out);

}  // namespace cuda_emulation::nccl
