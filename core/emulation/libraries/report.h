// SPDX-License-Identifier: Apache-2.0
// What cuBLAS and NCCL find wrong.
#pragma once
#include "execution/checker.h"

#include <cstddef>
#include <string>

namespace cuda_emulation {

// Reports a wrong call of a library, with the lines of the calls concerned where they are known
// (return addresses). Libraries return errors of their own: the thread's last CUDA error stays as
// it is.
void report_library_error(const char* kind, const std::string& message, const void* caller,
                          const void* other_caller = nullptr);

// Empty if [data, data + bytes) lies within one live allocation that `device` may access; else what
// is wrong with it.
std::string check_device_range(const void* data, size_t bytes, int device);

// Tells the checker of a checked program that the running operation reads or writes device memory.
void note_read(const ApiCall& call, const void* data, size_t bytes);
void note_write(const ApiCall& call, const void* data, size_t bytes);

}  // namespace cuda_emulation
