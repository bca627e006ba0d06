// SPDX-License-Identifier: Apache-2.0
#include "report/counter_store.h"

#include "report/symbols.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

namespace cuda_emulation {
namespace {

struct Entry {
  const void* function;
  KernelCounters counters;
};

struct Store {
  std::mutex mutex;
  std::vector<std::unique_ptr<Entry>> entries;  // in the order of first launches
  bool enabled = false;
};

void write_at_exit() {
  const std::string target = std::getenv("CUDA_EMULATION_COUNTERS");
  if (target == "1") {
    std::fputs(table(counters()).c_str(), stderr);
    return;
  }
  if (std::FILE* file = std::fopen(target.c_str(), "a")) {
    for (const KernelCounters& kernel : counters())
      std::fprintf(file, "%s\n", json(kernel).c_str());
    std::fclose(file);
  }
}

Store& store() {
  static Store& store = []() -> Store& {
    auto* created = new Store;
    const char* variable = std::getenv("CUDA_EMULATION_COUNTERS");
    created->enabled = variable && *variable && std::string(variable) != "0";
    if (created->enabled) std::atexit(write_at_exit);
    return *created;
  }();
  return store;
}

}  // namespace

KernelCounters& counters_of(const void* function) {
  Store& all = store();
  const std::lock_guard<std::mutex> lock(all.mutex);
  for (const auto& entry : all.entries) {
    if (entry->function == function) return entry->counters;
  }
  all.entries.push_back(std::make_unique<Entry>(Entry{function, {}}));
  all.entries.back()->counters.kernel = function_name(function);
  return all.entries.back()->counters;
}

bool counters_enabled() { return store().enabled; }
void enable_counters(bool on) { store().enabled = on; }

std::vector<KernelCounters> counters() {
  Store& all = store();
  const std::lock_guard<std::mutex> lock(all.mutex);
  std::vector<KernelCounters> result;
  for (const auto& entry : all.entries) result.push_back(entry->counters);
  return result;
}

void reset_counters() {
  Store& all = store();
  const std::lock_guard<std::mutex> lock(all.mutex);
  all.entries.clear();
}

}  // namespace cuda_emulation
