// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <cuda_runtime.h>

#include <cstdio>
#include <string>

#ifdef CUDA_EMULATION
#include <cuda_emulation/counters.h>
#endif

namespace kernel_lab {

#ifdef CUDA_EMULATION

namespace {

// How many passes over the banks a request of shared memory takes, on average: "-" without requests
// (ldmatrix and asynchronous copies are none).
std::string passes(const cuda_emulation::KernelCounters::Shared& shared) {
  if (shared.requests == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", double(shared.passes) / double(shared.requests));
  return text;
}

double mega(uint64_t bytes) { return double(bytes) / 1e6; }

}  // namespace

void print_header() {
  cuda_emulation::enable_counters(true);
  std::printf("%-15s %-6s %9s %9s %13s %13s %12s %12s %9s\n", "step", "result", "MB loaded",
              "MB stored", "sectors/load", "sectors/store", "shared load", "shared store",
              "barriers");
}

void start_row() { cuda_emulation::reset_counters(); }

void print_row(const char* step, bool right) {
  const auto all = cuda_emulation::counters();
  const cuda_emulation::KernelCounters c =
      all.empty() ? cuda_emulation::KernelCounters{} : all.front();
  std::printf("%-15s %-6s %9.2f %9.2f %13.2f %13.2f %12s %12s %9llu\n", step,
              right ? "right" : "WRONG", mega(c.loads.bytes), mega(c.stores.bytes),
              c.loads.sectors_per_request(), c.stores.sectors_per_request(),
              passes(c.shared_loads).c_str(), passes(c.shared_stores).c_str(),
              static_cast<unsigned long long>(c.barriers));
}

#else

void print_header() {}
void start_row() {}
void print_row(const char* step, bool right) {
  std::printf("%-15s %s\n", step, right ? "right" : "WRONG");
}

#endif

}  // namespace kernel_lab
