// SPDX-License-Identifier: Apache-2.0
// What the emulation found, as data. By default each report is printed to stderr.
#pragma once
#include "driver_types.h"

#include <functional>
#include <string>
#include <vector>

namespace cuda_emulation {

// One place in a kernel or in the host program.
struct Place {
  std::string function;  // of the source line; empty when not known
  std::string file;      // empty when not known
  int line = 0;
  std::string kernel;      // empty in the host program
  bool in_thread = false;  // whether block and thread mean something
  uint3 block = {0, 0, 0};
  uint3 thread = {0, 0, 0};
};

struct Report {
  std::string kind;     // stable identifier: "race", "out_of_bounds", "divergent_barrier", ...
                        // (docs/emulation.md)
  std::string message;  // one sentence
  cudaError_t error = cudaSuccess;  // what the API returns for it
  Place place;
  std::string object;         // the variable or allocation, where there is one
  std::vector<Place> others;  // the other side of a race, the call that freed the memory, ...
  std::vector<std::string> details;  // further lines

  std::string text() const;  // several lines for people
  std::string json() const;  // one line, without a newline
};

using ReportHandler = std::function<void(const Report&)>;

// Replaces the printing; null restores it. Handlers are called one at a time. Returns the handler
// before. CUDA_EMULATION_REPORT=file appends each report to the file as a JSON line, whatever the
// handler.
ReportHandler set_report_handler(ReportHandler handler);

// Reports every allocation that was not freed, and returns how many. Checked programs do so at
// exit.
int report_leaks();

}  // namespace cuda_emulation
