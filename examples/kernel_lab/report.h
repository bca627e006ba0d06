// SPDX-License-Identifier: Apache-2.0
// A table with one line for each step. Emulated in checked mode, the line has what a profiler would
// count; on a GPU it says only whether the result is right.
#pragma once

namespace kernel_lab {

void print_header();
void start_row();  // before the step's launches
void print_row(const char* step, bool right);

}  // namespace kernel_lab
