// SPDX-License-Identifier: Apache-2.0
// Hardware faults of kernel threads.
#pragma once

namespace cuda_emulation {

// Makes SIGSEGV, SIGBUS and SIGFPE in a kernel thread fail the kernel with a report, and asks the
// checker about others; else the former handlers stay in force. For each launch: test frameworks
// put handlers of their own on top for each test.
void handle_faults();
// For a worker: gives it a stack on which to handle the overflow of a fiber's.
void prepare_for_faults();

}  // namespace cuda_emulation
