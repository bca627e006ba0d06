// SPDX-License-Identifier: Apache-2.0
// CUDA_VISIBLE_DEVICES: which of a machine's devices a process has, in which order.
#pragma once
#include <vector>

namespace cuda_emulation {

// Numbers in the machine, which has `devices`; all of them where the variable is not set. As in the
// toolkit, the first that does not exist ends the list.
std::vector<int> visible_devices(int devices);

}  // namespace cuda_emulation
