// SPDX-License-Identifier: Apache-2.0
// Runs of one kernel under the emulation and by the interpreter, on the same words.
#pragma once
#include "interpreter/machine.h"
#include "wrappers.cuh"

#include <cuda_portable/launch.cuh>

#include <cstdint>
#include <string>
#include <vector>

using Words = std::vector<uint32_t>;

struct Shape {
  uint32_t blocks = 1, threads = 32;
};

// `out` begins as zeros.
Words run_emulated(WrapperKernel* kernel, const Words& in, size_t outputs, int scalar,
                   Shape shape = {});
Words run_interpreted(const ptx::Kernel& kernel, Words in, size_t outputs, int scalar,
                      Shape shape = {});

// A file beside the test, or what nvcc makes of its source now (regenerate.py sets
// FOVEA_PTX_FOLDER).
ptx::Module read_ptx(const std::string& name);
