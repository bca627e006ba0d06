// SPDX-License-Identifier: Apache-2.0
// Counters as a table and as JSON.
#include "cuda_emulation/counters.h"
#include "report/json.h"

#include <cstdio>

namespace cuda_emulation {

std::string table(const std::vector<KernelCounters>& counters) {
  std::string text;
  char line[512];
  std::snprintf(line, sizeof line, "%-32s %8s %12s %12s %7s %7s %9s %9s %9s\n", "kernel",
                "launches", "bytes read", "written", "sec/ld", "sec/st", "conflicts", "barriers",
                "divergent");
  text += line;
  for (const KernelCounters& k : counters) {
    std::snprintf(
        line, sizeof line, "%-32s %8llu %12llu %12llu %7.2f %7.2f %9llu %9llu %9llu%s\n",
        k.kernel.substr(0, 32).c_str(), static_cast<unsigned long long>(k.launches),
        static_cast<unsigned long long>(k.loads.bytes),
        static_cast<unsigned long long>(k.stores.bytes), k.loads.sectors_per_request(),
        k.stores.sectors_per_request(),
        static_cast<unsigned long long>(k.shared_loads.conflicts + k.shared_stores.conflicts),
        static_cast<unsigned long long>(k.barriers),
        static_cast<unsigned long long>(k.divergent_branches), k.complete ? "" : "  incomplete");
    text += line;
  }
  return text;
}

namespace {

std::string of(const KernelCounters::Global& g) {
  JsonObject json;
  json.number("requests", g.requests).number("bytes", g.bytes).number("sectors", g.sectors);
  return json.text();
}

std::string of(const KernelCounters::Shared& s) {
  JsonObject json;
  json.number("requests", s.requests)
      .number("bytes", s.bytes)
      .number("passes", s.passes)
      .number("conflicts", s.conflicts);
  return json.text();
}

}  // namespace

std::string json(const KernelCounters& k) {
  JsonObject json;
  json.string("kernel", k.kernel)
      .number("launches", k.launches)
      .number("blocks", k.blocks)
      .number("threads", k.threads);
  json.raw("loads", of(k.loads)).raw("stores", of(k.stores)).raw("atomics", of(k.atomics));
  json.raw("shared_loads", of(k.shared_loads)).raw("shared_stores", of(k.shared_stores));
  json.number("barriers", k.barriers).number("divergent_branches", k.divergent_branches);
  json.raw("complete", k.complete ? "true" : "false");
  return json.text();
}

}  // namespace cuda_emulation
