// SPDX-License-Identifier: Apache-2.0
// Handing a report on.
#pragma once
#include "cuda_emulation/report.h"

namespace cuda_emulation {

// To the handler (or stderr), and to the file that CUDA_EMULATION_REPORT names.
void emit(const Report& report);

// Reports a host call that went wrong, with the calling line where it is known; returns the error
// after making it the thread's last.
cudaError_t report_host_error(cudaError_t error, const char* kind, const void* return_address,
                              const char* format, ...) __attribute__((format(printf, 4, 5)));

}  // namespace cuda_emulation
